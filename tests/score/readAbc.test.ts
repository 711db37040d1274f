import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { AbcConversionError, ABC_LIMITS, readAbc, splitTunebook } from '../../src/score/readAbc.ts'
import { abcMode } from '../../src/score/splitTunebook.ts'
import { corruptFiles } from '../fixtures/makeCorrupt.ts'

const pitches = (abc: string): number[] => readAbc(abc).notes.map((note) => note.pitch)
const tune = (music: string, fields = 'M:4/4\nL:1/4\nQ:1/4=60\nK:C'): string => `X:1\n${fields}\n${music}\n`

describe('readAbc', () => {
  it('gives the notes in seconds, with tempo and metre', () => {
    const { notes, tempos, timeSignatures, ticksPerQuarter } = readAbc(tune('C D2 z | [M:3/4] ^c3 |'))
    expect(notes.map(({ pitch, startSeconds, endSeconds }) => [pitch, startSeconds, endSeconds])).toEqual([
      [60, 0, 1],
      [62, 1, 3],
      [73, 4, 7],
    ])
    expect(ticksPerQuarter).toBe(480)
    expect(tempos).toEqual([{ timeSeconds: 0, qpm: 60 }])
    expect(timeSignatures[0]).toEqual({ timeSeconds: 0, numerator: 4, denominator: 4 })
  })

  it('expands repeats and endings, and keeps the key', () => {
    expect(pitches(tune('|: C F |1 G2 :|2 A2 |]', 'L:1/4\nK:D'))).toEqual([61, 66, 67, 61, 66, 69])
  })

  it('does not play chord symbols', () => {
    expect(pitches(tune('"Am"A "G7"B'))).toEqual([69, 71])
  })

  it('reads the first tune of a book, line ends of any system and a byte order mark', () => {
    expect(pitches(`\uFEFF${tune('C')}\r\n\r\n${tune('D')}`.replaceAll('\n', '\r\n'))).toEqual([60])
  })

  it('leaves the console alone', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
    readAbc(tune('%%MIDI nonsense 3\nC [I:MIDI nonsense] D'))
    expect(log).not.toHaveBeenCalled()
    expect(console.log).toBe(log)
    log.mockRestore()
  })

  it.each(corruptFiles.filter(({ name }) => name.endsWith('.abc')))('refuses $name: $says', ({ name, bytes, says }) => {
    const text = new TextDecoder().decode(bytes)
    expect(() => readAbc(text)).toThrow(AbcConversionError)
    expect(() => readAbc(text)).toThrow(says)
    expect(readFileSync(new URL(`../fixtures/corrupt/${name}`, import.meta.url), 'utf8')).toBe(text)
  })

  it('refuses a text longer than any tune before it looks at it', () => {
    expect(() => readAbc(tune('C'.repeat(ABC_LIMITS.characters)))).toThrow('limit-characters')
  })

  it.each([
    ['a metre over nothing', 'M:4/0\nK:C\nCDEF|', 'limit-field: M:4/0'],
    ['a metre of a million beats', 'M:1000000/8\nK:C\nCDEF|', 'limit-field: M:1000000/8'],
    ['a unit length of nothing', 'L:1/0\nK:C\nCDEF|', 'limit-field: L:1/0'],
    ['a tempo of nothing within the music', 'K:C\nCD[Q:0]EF|', 'limit-field: Q:0'],
  ])('refuses %s, which has no end or no length', (_, fields, says) => {
    expect(() => readAbc(`X:1\n${fields}\n`)).toThrow(says)
  })

  it('takes the numbers of a tempo from its beat and not from its words or a comment', () => {
    expect(pitches('X:1\nQ:"Opus 1000" 1/4=60 % 0\nM:4/4\nK:C\nC4|\n')).toEqual([60])
  })

  it('throws nothing but AbcConversionError on mutilated tunes', () => {
    const music = fc.array(
      fc.constantFrom(...'ABCdefg^_=z|:[](){}"~-<>/12348 \n,\'&!+.M:K:V:', '|:', ':|', '[1', '(3'),
      {
        maxLength: 60,
      },
    )
    fc.assert(
      fc.property(music, (pieces) => {
        try {
          for (const note of readAbc(tune(pieces.join(''))).notes) {
            expect(note.endSeconds).toBeGreaterThan(note.startSeconds)
          }
        } catch (error) {
          expect(error).toBeInstanceOf(AbcConversionError)
        }
      }),
      { numRuns: 200, seed: 4 },
    )
  })
})

describe('splitTunebook', () => {
  it('gives each tune with its fields and the directives of the book', () => {
    const book =
      '%%MIDI program 5\nintroduction\n\nX:1\nT:One\nT:or Uno\nK:Ador % the key\nABc|\n\nfree text\nX: 2b\nK:none\nC|\n'
    expect(splitTunebook(book)).toEqual([
      {
        reference: '1',
        title: 'One',
        key: 'Ador',
        mode: 'dorian',
        abc: 'X:1\n%%MIDI program 5\nT:One\nT:or Uno\nK:Ador % the key\nABc|\n',
      },
      { reference: '2b', title: '', key: 'none', mode: 'none', abc: 'X: 2b\n%%MIDI program 5\nK:none\nC|\n' },
    ])
  })

  it('gives no tune for a text without X:', () => {
    expect(splitTunebook('K:C\nCDE|')).toEqual([])
    expect(splitTunebook('')).toEqual([])
  })

  it.each([
    ['C', 'major'],
    ['Gmaj', 'major'],
    ['F# Ionian', 'major'],
    ['Em', 'minor'],
    ['A minor', 'minor'],
    ['Bb aeolian', 'minor'],
    ['ADor', 'dorian'],
    ['D mix', 'mixolydian'],
    ['Ephr', 'phrygian'],
    ['F LYDIAN', 'lydian'],
    ['Bloc', 'locrian'],
    ['G clef=bass', 'major'],
    ['Am clef=alto', 'minor'],
    ['D treble', 'major'],
    ['C exp ^f', 'none'],
    ['HP', 'none'],
    ['none', 'none'],
    ['', 'none'],
  ])('K:%s is %s', (key, mode) => {
    expect(abcMode(key)).toBe(mode)
  })
})
