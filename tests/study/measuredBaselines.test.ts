import { describe, expect, it } from 'vitest'
import type { ModelSpec } from '../../src/config/modelSpec.ts'
import { experiment } from '../../src/config/scales.ts'
import type { MelodyRow } from '../../src/dataset/dataset.ts'
import { initialWeights } from '../../src/model/weights.ts'
import { LOSS_PLACES } from '../../src/results/summary.ts'
import { againstBest, measureBaselines, withoutScores } from '../../src/study/measuredBaselines.ts'
import { measureLossParts } from '../../src/study/measuredLossParts.ts'
import { type Measured, scoresOf } from '../../src/study/measuredModel.ts'
import { silentReporter } from '../../src/support/progress.ts'

const effects = { reporter: silentReporter, signal: new AbortController().signal, now: () => 0 }
const HOLD = -2
const scale = (from: number): number[] => [0, 2, 4, 5, 7, 9, 11, 12].flatMap((step) => [from + step, HOLD])
const rows = (pitches: readonly number[]): MelodyRow[] =>
  pitches.map((from) => {
    const events = [...scale(from), ...scale(from), ...scale(from)]
    return { events, stepsPerBar: 4, family: `family ${from}` } as unknown as MelodyRow
  })
const part = (pitches: readonly number[]) => {
  const side = rows(pitches)
  return { train: side, validation: side, test: rows([64, 66]), files: [] }
}
const parts = {
  general: { part: part([60, 62]), config: experiment('2.1', 'smoke') },
  style: { part: part([57]), config: experiment('2.2', 'smoke') },
}
const notes: ModelSpec = { encoding: 'notes', layerSizes: [8], attentionSize: 4 }
const steps: ModelSpec = { encoding: 'mono', layerSizes: [8], attentionLength: 0, residual: false }

async function network(spec: ModelSpec, set: 'general' | 'style'): Promise<Measured> {
  const weights = initialWeights(spec, 1)
  const scores = {
    general: await scoresOf({ spec, weights }, parts.general.part.test, effects),
    style: await scoresOf({ spec, weights }, parts.style.part.test, effects),
  }
  return { spec, weights, scores, opened: parts[set] } as unknown as Measured
}

describe('measureBaselines', () => {
  it('has every predictor by what it counted, and no mixture where no network reads notes', async () => {
    const { baselines, mixtures } = await measureBaselines(parts as never, effects)
    const named = (set: 'general' | 'style') => baselines[set].map(({ name, trainedOn }) => `${name}: ${trainedOn}`)
    expect(named('general')).toEqual(
      ['majority', 'copy-last', 'n-gram', 'ppm', 'idyom'].map((name) => `${name}: general`),
    )
    expect(named('style')).toEqual([
      ...['majority: style', 'copy-last: style', 'n-gram: style', 'ppm: style'],
      ...['n-gram: general and style', 'ppm: general and style'],
      ...['idyom: style', 'idyom: general and style', 'idyom: general'],
    ])
    expect(mixtures).toBeNull()
    const { name, loss } = againstBest(baselines.style[0]!.scores, baselines.style)
    expect(name).toBe('idyom')
    expect(loss.value).toBeGreaterThan(0)
    expect(Object.keys(withoutScores(baselines.general)[4]!)).not.toContain('scores')
  })

  it('mixes the networks of notes, and splits the loss of everything by place', async () => {
    const networks = {
      '1': await network(steps, 'general'),
      '2.1': await network(steps, 'general'),
      '2.2': await network(steps, 'style'),
      '3.1': await network(notes, 'general'),
      '3.2': await network(notes, 'style'),
    }
    const found = await measureBaselines({ ...parts, networks } as never, effects)
    const mixed = found.mixtures!
    expect(mixed.general.map(({ iteration }) => iteration)).toEqual(['3.1'])
    expect(mixed.style.map(({ iteration, trainedOn }) => [iteration, trainedOn])).toEqual([
      ['3.1', 'general and style'],
      ['3.2', 'general and style'],
    ])
    const { weights, test, differences } = mixed.general[0]!
    expect(weights.interval).toBeGreaterThan(0)
    const alone = networks['3.1'].scores.general.reduce((sum, { loss }) => sum + loss, 0) / test.steps
    expect(test.loss.value - alone).toBeCloseTo(differences.loss!.value, 9)
    expect(differences.loss!.value).toBeLessThan(0)

    const lossParts = await measureLossParts({ ...found, networks }, effects)
    expect(lossParts.general.map(({ predictor }) => predictor)).toEqual([
      ...['1', '2.1', '2.2', '3.1', '3.2'].map((name) => `iteration ${name}`),
      ...['iteration 3.1 + IDyOM-like', 'n-gram', 'PPM', 'IDyOM-like'],
    ])
    const idyom = lossParts.general.at(-1)!.parts
    const row = found.baselines.general.at(-1)!
    expect(Object.keys(idyom)).toEqual(LOSS_PLACES)
    expect(idyom.all.loss.value).toBeCloseTo(row.test.loss.value, 9)
    expect(idyom.all.rhythm + idyom.all.pitch).toBeCloseTo(row.test.loss.value, 9)
    expect(idyom.repeat.steps + idyom.fresh.steps).toBe(row.test.steps)
    expect(idyom.repeat.loss.value).toBeLessThan(idyom.fresh.loss.value)
  })
})
