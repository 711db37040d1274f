import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tableLine } from '../../src/study/text/inspectText.ts'
import { inspectFile } from '../../src/dataset/inspectFiles.ts'
import { extractFiles, type ScoreMelodies } from '../../src/dataset/extractFiles.ts'
import { DEFAULT_EXTRACTION } from '../../src/dataset/scoreToMelodies.ts'
import { readPrimer } from '../../src/generation/readPrimer.ts'
import { unreadableText } from '../../src/score/unreadableText.ts'
import type { Effects } from '../../src/support/effects.ts'
import { silentReporter } from '../../src/support/progress.ts'

const effects: Effects = { reporter: silentReporter, signal: new AbortController().signal, now: () => 0 }
const good = (number: number): string => `X:${number}\nM:4/4\nL:1/4\nK:C\n${'CDEF|GABc|cBAG|FEDC|'.repeat(3)}\n\n`
const many = (n: number, text: (n: number) => string): string => Array.from({ length: n }, (_, i) => text(i)).join('')

/** Files of the kinds that ended every command that read them: by name, with why each or its first tune is not read. */
const HOSTILE: Readonly<Record<string, { text: string; why: RegExp }>> = {
  // 1 MB of directives before 20,000 tunes: each tune had a copy.
  directives: {
    text: many(10_000, () => `%%${'x'.repeat(96)}\n`) + many(20_000, (n) => `X:${n}\nK:C\nC\n\n`),
    why: /^more than 50,000 characters of directives and fields stand before the first tune; shorten them$/,
  },
  tunes: {
    text: 'X:1\n'.repeat(150_000),
    why: /^the file holds more than 100,000 tunes; split it into several files$/,
  },
  line: {
    text: `X:1\nK:C\n${'CDEF|'.repeat(200_000)}\n\n${good(2)}`,
    why: /^the tune has 1,000,009 characters, 50,000 characters at most are read$/,
  },
  layers: { text: `X:1\nK:C\nC${'&C'.repeat(9)}|\n\n${good(2)}`, why: /^more than 8 layers \(&\) in one bar$/ },
  nested: { text: `X:1\nP:${'(A'.repeat(40)}${')9'.repeat(40)}\nK:C\nP:A\nC|\n\n${good(2)}`, why: /^more than 5,000 / },
}

let folder: string
const at = (name: string): string => join(folder, `${name}.abc`)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-hostile-abc-'))
  for (const [name, { text }] of Object.entries(HOSTILE)) await writeFile(at(name), text)
})
afterAll(() => rm(folder, { recursive: true }))

describe.each(Object.entries(HOSTILE))('a hostile file of %s', (name, { text, why }) => {
  const hasGood = text.includes('FEDC')

  it('is named in plain words by inspect, and its other tunes are read', async () => {
    const lines = await inspectFile(at(name))
    expect(lines.map(({ ok }) => ok)).toEqual(hasGood ? [false, true] : [false])
    const shown = /cannot be read: (.*)$/.exec(tableLine(lines[0]!, 10))
    expect(shown?.[1]).toMatch(why)
  })

  it('is named by melodies, and its other tunes give theirs', async () => {
    const rows: ScoreMelodies[] = []
    const options = {
      paths: [at(name)],
      extraction: DEFAULT_EXTRACTION,
      onScore: (row: ScoreMelodies) => rows.push(row),
    }
    const { scores, unreadable, melodies } = await extractFiles(options, effects)
    expect({ scores, unreadable, melodies }).toEqual(
      hasGood ? { scores: 2, unreadable: 1, melodies: 1 } : { scores: 1, unreadable: 1, melodies: 0 },
    )
    expect(rows[0]!.ok ? '' : unreadableText(rows[0]!.error.message)).toMatch(why)
  })

  it('is refused as a primer, and its good tune is one', async () => {
    const refusal: unknown = await readPrimer(at(name), { appendix: true }, silentReporter).catch(
      (error: unknown) => error,
    )
    const { message } = refusal as Error
    expect(message.startsWith(`invalid primer ${at(name)}: `)).toBe(true)
    expect(message.slice(`invalid primer ${at(name)}: `.length)).toMatch(why)
    if (!hasGood) return
    const { primer } = await readPrimer(`${at(name)}#2`, { appendix: true }, silentReporter)
    expect(primer.events.length).toBeGreaterThanOrEqual(64)
  })
})

describe('unreadableText', () => {
  it.each([
    ['limit-tunes: the file holds too much', 'the file holds too much'],
    ['AbcConversionError: limit-time: the tune takes long', 'the tune takes long'],
    ['MidiConversionError: empty file (byte 0)', 'empty file (byte 0)'],
    ['no K: field', 'no K: field'],
  ])('%s', (message, expected) => expect(unreadableText(message)).toBe(expected))
})
