import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readAbc } from '../../src/score/readAbc.ts'

/** Small tunes with their right values (CC0): pitch, onset and end of each note in seconds, tempos, metres. */
interface Expected {
  readonly file: string
  readonly notes: readonly (readonly [pitch: number, start: number, end: number])[]
  readonly tempos?: readonly (readonly [seconds: number, qpm: number])[]
  readonly timeSignatures?: readonly (readonly [seconds: number, numerator: number, denominator: number])[]
}

const read = (name: string): string => readFileSync(new URL(`./cases/abc/${name}`, import.meta.url), 'utf8')
const cases = read('expected.jsonl')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Expected)

describe('readAbc on the sample tunes', () => {
  it.each(cases)('$file', ({ file, notes, tempos, timeSignatures }) => {
    const score = readAbc(read(file))
    expect(score.notes.map(({ pitch }) => pitch)).toEqual(notes.map(([pitch]) => pitch))
    for (const [n, [, start, end]] of notes.entries()) {
      expect(Math.abs(score.notes[n]!.startSeconds - start)).toBeLessThan(0.005)
      expect(Math.abs(score.notes[n]!.endSeconds - end)).toBeLessThan(0.005)
    }
    if (tempos) expect(score.tempos.map(({ timeSeconds, qpm }) => [timeSeconds, qpm])).toEqual(tempos)
    if (timeSignatures) {
      const metres = score.timeSignatures.map(({ timeSeconds, numerator, denominator }) => {
        return [timeSeconds, numerator, denominator]
      })
      expect(metres).toEqual(timeSignatures)
    }
  })
})
