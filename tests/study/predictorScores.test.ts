import { describe, expect, it } from 'vitest'
import { predictorLines } from '../../src/study/text/evaluationText.ts'
import type { MelodyRow, Split } from '../../src/dataset/dataset.ts'
import { melodyEncoding } from '../../src/dataset/encoding.ts'
import { predictorScores } from '../../src/study/predictorScores.ts'
import { silentReporter } from '../../src/support/progress.ts'

const effects = { reporter: silentReporter, signal: new AbortController().signal, now: () => 0 }
const encoding = melodyEncoding('mono')
const rows = (split: Split, pitches: readonly number[]): MelodyRow[] =>
  pitches.map((from) => {
    const events = [0, 4, 7, 12, 0, 4, 7, 12].flatMap((step) => [from + step, -2])
    return { events, split, stepsPerBar: 16, family: `${from}`, canonicalHash: `${from}` } as unknown as MelodyRow
  })
const all = [...rows('train', [60, 61, 62]), ...rows('validation', [65]), ...rows('test', [63, 66])]

describe('predictorScores', () => {
  it('measures every melody, each by what was counted elsewhere', async () => {
    const found = (await predictorScores({ encoding, all, melodies: all }, effects))!
    expect(found.map(({ name }) => name)).toEqual(['n-gram', 'ppm', 'idyom'])
    for (const { test } of found) expect(test).toMatchObject({ melodies: 6, families: 6, steps: 90 })
    // In steps and pitches nothing that was counted fits another key; in intervals everything does.
    const [, ppm, idyom] = found.map(({ test }) => test.loss.value) as [number, number, number]
    expect(idyom).toBeLessThan(ppm / 2)
    const held = (await predictorScores({ encoding, all, melodies: rows('test', [63, 66]) }, effects))!
    expect(held[2]!.test).toMatchObject({ melodies: 2, families: 2 })
    // A melody of the training side is never measured by what counted it.
    const own = (await predictorScores({ encoding, all: [...all, ...rows('test', [60])], melodies: all }, effects))!
    expect(own[1]!.test.loss.value).toBeLessThan(ppm)
  })

  it('is null where there is nothing to count', async () => {
    expect(
      await predictorScores({ encoding, all: rows('test', [60]), melodies: rows('test', [60]) }, effects),
    ).toBeNull()
    expect(
      await predictorScores({ encoding, all: rows('train', [60]), melodies: rows('train', [60]) }, effects),
    ).toBeNull()
  })

  it('is printed as a table, a row per predictor, and as nothing where there are none', async () => {
    const general = (await predictorScores({ encoding, all, melodies: all }, effects))!
    const lines = predictorLines({ general }).join('\n')
    for (const text of [
      'without a network',
      'n-gram',
      'PPM',
      'IDyOM-like',
      'loss (nats per step)',
      'counted other families',
    ])
      expect(lines).toContain(text)
    expect(predictorLines({})).toEqual([])
  })
})
