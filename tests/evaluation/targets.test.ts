import { describe, expect, it } from 'vitest'
import { targetTable } from '../../src/charts/targetTable.ts'
import { standInAblations } from '../charts/standInAblations.ts'
import { minutesTo, targetsOf, type TargetSources } from '../../src/evaluation/targets.ts'
import type { MetricRow } from '../../src/results/metrics.ts'
import type { MixtureSummary } from '../../src/results/summary.ts'
import type { MusicalReport } from '../../src/results/musicalReport.ts'
import { itemAt } from '../../src/support/itemAt.ts'
import { standInSummary } from '../charts/standInSummary.ts'

const summary = standInSummary('r', () => 'hash')

/** A log whose loss falls by .1 every ten steps, a minute each. */
const curve = Array.from({ length: 30 }, (_, n): MetricRow => {
  const counts = { perplexity: 1, accuracy: 0.5, eventAccuracy: 0.5, noEventAccuracy: 0.5, steps: 10 }
  return { kind: 'train', step: n * 10, seconds: n * 60, loss: 3 - n / 10, ...counts }
})

const spread = (mean: number) => ({ n: 9, undefined: 0, mean, percentiles: [0, 1, 2, 3, 2 * mean] as const })
const beside = (metric: string, set: 'ours 2.1' | 'ours 3.1', value: number) => ({
  ...{ metric, set, n: [9, 9] as const },
  effect: { value, low: value, high: value },
})
const told = (set: 'ours 2.1' | 'ours 3.1', share: number): MusicalReport['fidelity'][number] => ({
  ...{ set, share, primers: ['a', 'b'], confusion: [], undecided: 0, chance: 0.5, n: 10, probability: 0.1 },
})
const copied = (set: 'human general' | 'ours 2.1' | 'ours 3.1', mean: number) => ({
  ...{ set, trainedOn: '2.1', trainingMelodies: 9, longest: spread(mean), share: spread(0.1) },
})

const music: TargetSources['music'] = {
  metrics: [
    {
      id: 'barSimilarity4',
      sets: { 'human general': spread(0.28), 'ours 2.1': spread(0.05), 'ours 3.1': spread(0.25) },
      cells: {},
    },
    { id: 'longestSamePitchRun', sets: { 'human general': spread(2.8), 'ours 3.1': spread(4) }, cells: {} },
  ],
  besideHuman: [
    ...[beside('a', 'ours 2.1', 0.6), beside('b', 'ours 2.1', -0.3), beside('c', 'ours 2.1', NaN)],
    ...[beside('a', 'ours 3.1', -0.3), beside('b', 'ours 3.1', 0.2)],
  ],
  fidelity: [told('ours 2.1', 0.7), told('ours 3.1', 0.8)],
  novelty: [copied('human general', 7), copied('ours 3.1', 8)],
}
const targets = targetsOf({ summary, music, general: { curve, run: 'published' } })
const target = (id: string) => targets.find((each) => each.id === id)

describe('the aims of iteration 3', () => {
  it('are met where the number is on the right side', () => {
    const met = Object.fromEntries(targets.map(({ id, isMet }) => [id, isMet]))
    expect(met).toMatchObject({ primer: true, returns: true, nearness: true, 'same-pitch-run': false, copied: false })
    expect(met).toMatchObject({ 'general-loss': false, 'near-measures': false })
  })

  it('take what they compare with from the results', () => {
    const { test } = summary.iterations['2.1']
    expect(target('general-loss')?.before).toEqual({ model: '2.1', value: test.general.loss.value })
    expect(target('forgetting')?.target).toBeCloseTo(1.03 * summary.iterations['3.1']!.test.general.loss.value, 12)
    // (.6 + .3) / 2 = .45 before, two thirds of that asked; (.3 + .2) / 2 now.
    expect(target('nearness')).toMatchObject({ target: expect.closeTo(0.3, 12), reached: expect.closeTo(0.25, 12) })
    expect(target('near-measures')).toMatchObject({ reached: 2, before: { value: 1 } })
    expect(target('copied')).toMatchObject({ target: 14, people: 14, reached: 16 })
    expect(target('returns')).toMatchObject({ people: 0.28, reached: 0.25 })
  })

  it('ask the mixture with the IDyOM-like predictor for two percent less than 3.1 has, where it was measured', () => {
    expect(target('mixture')).toBeUndefined()
    const alone = summary.iterations['3.1']!.test.general
    const mixed: MixtureSummary = {
      iteration: '3.1',
      baseline: 'idyom',
      trainedOn: 'general',
      mixing: { mean: 'geometric', bias: 1 },
      weights: { length: 0.2, rest: 0.2, interval: 0.3 },
      differences: {},
      test: alone,
    }
    const found = targetsOf({
      ...{ music, general: { curve, run: 'published' } },
      summary: { ...summary, mixtures: { general: [mixed], style: [] } },
    }).find(({ id }) => id === 'mixture')
    expect(found).toMatchObject({ target: 0.98 * alone.loss.value, reached: alone.loss.value, isMet: false })
  })

  it('take the best network of notes that is no larger than the study’s', () => {
    const sized = standInAblations.rows.map((row, n) => ({ ...row, parameters: n < 2 ? 280_962 : 280_963 }))
    const found = targetsOf({ summary, music, general: { curve, run: 'published' }, ablations: { rows: sized } })
    expect(found.find(({ id }) => id === 'small')).toMatchObject({ target: 0.5, reached: 1.25, isMet: false })
    expect(targets.find(({ id }) => id === 'small')).toBeUndefined()
  })

  it('take the median of the minutes that the seeds of the published network needed', () => {
    const [first] = standInAblations.rows
    const timed = (...minutes: number[]) => {
      const [run] = first!.runs
      // The published training itself is not counted twice.
      const own = { ...run!, run: 'published', minutes: { '0.7': 100 } }
      const runs = [own, ...minutes.map((value) => ({ ...run!, minutes: { '0.7': value } }))]
      const rows = [{ ...first!, group: 'published' as const, runs }, ...standInAblations.rows]
      return targetsOf({ summary, music, general: { curve, run: 'published' }, ablations: { rows } }).find(
        ({ id }) => id === 'minutes-to-0.7',
      )
    }
    const alone = minutesTo(curve, 0.7)
    expect(timed()?.reached).toBe(alone)
    expect(timed(1, 1.5)).toMatchObject({ reached: 1.5, isMet: true })
    expect(timed(NaN, NaN)?.reached).toBe(alone)
  })

  it('are left out where their number is not there', () => {
    const { '3.1': _general, '3.2': _style, ...study } = summary.iterations
    const ids = targetsOf({ summary: { iterations: study }, music, general: { curve: [], run: 'published' } }).map(
      ({ id }) => id,
    )
    for (const id of ['general-loss', 'style-loss', 'forgetting', 'minutes-to-0.7']) expect(ids).not.toContain(id)
    expect(ids).toContain('returns')
  })

  it('say in the table what was asked, reached and before', () => {
    const rows = targetTable({ targets })
    expect(rows.find(({ aim }) => aim === 'notes that return four bars later')).toEqual({
      ...{ aim: 'notes that return four bars later', before: '5.0% (iteration 2.1)', people: '28.0%' },
      ...{ asked: 'at least 20.0%', reached: '25.0%', met: 'yes' },
    })
    expect(itemAt(rows, -1)).toMatchObject({ asked: 'at most 14', reached: '16', met: 'no' })
  })
})

describe('the time to a loss', () => {
  it('is that of ten rows in the mean, and none where it is never reached', () => {
    // Rows n - 9 to n have the mean 3 - (n - 4.5) / 10: at most 2 from n = 15 on (14.5 rounded up).
    expect(minutesTo(curve, 2)).toBe(15)
    expect(minutesTo(curve, 0.1)).toBeNaN()
    expect(minutesTo(curve.slice(0, 5), 3)).toBeNaN()
  })
})
