import { describe, expect, it } from 'vitest'
import { printable, printableLines } from '../../../src/support/text/printable.ts'

describe('printable text', () => {
  it.each([
    ['plain', 'plain'],
    ['Für Élise ♭🎵', 'Für Élise ♭🎵'],
    ['a\u001b[31mred', 'a\\u001b[31mred'],
    ['bell\u0007', 'bell\\u0007'],
    ['two\nlines', 'two\\u000alines'],
    ['over\rwritten', 'over\\u000dwritten'],
    ['\u007f\u0080\u009b2J', '\\u007f\\u0080\\u009b2J'],
    ['txt.\u202egnp', 'txt.\\u202egnp'],
    ['\u2066\u2069\u200e\u061c', '\\u2066\\u2069\\u200e\\u061c'],
  ])('%j is shown as %s', (text, shown) => {
    expect(printable(text)).toBe(shown)
  })

  it('keeps the line breaks of text that is written in lines', () => {
    expect(printableLines('a\n\tb\u001b\r\n')).toBe('a\n\tb\\u001b\\u000d\n')
  })

  it('leaves JSON the same value', () => {
    const value = { file: 'a\u001b\u009b\u202e\n"\\\u007f' }
    expect(JSON.parse(printableLines(JSON.stringify(value)))).toEqual(value)
  })
})
