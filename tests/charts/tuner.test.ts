import { describe, expect, it } from 'vitest'
import {
  costRows,
  criteriaRows,
  equalSecondsRows,
  methodsSpec,
  modalTableRows,
  modeRows,
  paperTableRows,
  probabilitySpec,
  rewardCurvesSpec,
  tradeSpec,
  tunedModesSpec,
} from '../../src/charts/tuner.ts'
import { toSvg, type VegaLiteSpec } from '../../src/charts/vegaLite.ts'
import type { TunedPolicy, TunerColumn, TunerEstimate, TunerReport } from '../../src/results/tunerReport.ts'
import { TUNER_STATISTICS } from '../../src/results/tunerReport.ts'

const estimate = (value: number): TunerEstimate => ({ value, low: value - 0.01, high: value + 0.01, n: 10 })
const column = (value: number): TunerColumn => ({
  ...{ title: 'a column', start: 'empty', steps: 32, compositions: 10, novelty: null },
  statistics: Object.fromEntries(TUNER_STATISTICS.map(({ id }) => [id, estimate(value)])),
})
const policy = (title: string, value: number, points: number): TunedPolicy => ({
  ...{ title, method: 'psi', preset: 'modal', tonality: 'D dorian', c: 1, discount: 0.9, seed: 1, steps: 100 },
  ...{ seconds: 12.4, composingSeconds: 3, heldOut: null, columns: { empty: column(value), modal: column(value) } },
  curve: Array.from({ length: points }, (_, n) => ({
    ...{ step: 32 * n, seconds: n, total: n === 0 ? -50 : n, theory: n, logPrior: -1, divergence: 0.5 },
    terms: { key: -0.1 * n, tonic: 0.2 },
  })),
})
const policies = { prior: policy('prior', 0.2, 0), psi: policy('Psi', 0.5, 6), shaped: policy('shaped', 0.4, 0) }
const report: Pick<TunerReport, 'policies' | 'modal' | 'modes' | 'criteria'> = {
  policies,
  modal: policies,
  modes: [
    {
      tonality: 'G dorian',
      ...{ prior: estimate(0.6), shaped: estimate(0.99), colourOfPrior: estimate(0.1), colour: estimate(0.2) },
      costPerNote: estimate(0.4),
    },
  ],
  criteria: { x: { id: 'x', title: 'an x', value: 0.2, relation: 'at most', bound: 0.1, met: false } },
}
const image = { events: [-2, 62], rows: [-2, -1, 62], prior: [[0.9, 0, 0.1], [0.5, 0.001, 0.4]], tuned: [[1, 0, 0], [0, 0, 1]] } // prettier-ignore

const member = (spec: VegaLiteSpec, name: string): unknown => new Map<string, unknown>(Object.entries(spec)).get(name)
const values = (spec: VegaLiteSpec, layer: number): Record<string, unknown>[] =>
  (member(spec, 'layer') as { data: { values: Record<string, unknown>[] } }[])[layer]!.data.values

describe("the tuner's charts", () => {
  it('draw one line per method that was trained, and decoding as a rule; what lies far below is left out', async () => {
    const spec = methodsSpec(report)
    expect(values(spec, 0)).toEqual([{ total: 0.4 }])
    expect(values(spec, 1).map(({ title, total }) => [title, total])).toEqual([1, 2, 3, 4, 5].map((n) => ['Psi', n]))
    expect(await toSvg(spec)).toContain('Psi')
  })

  it('have a panel a rule, after the whole, log p and the cost', async () => {
    const panels = member(rewardCurvesSpec(policies.psi), 'concat') as { title: { text: string } }[]
    expect(panels.map(({ title }) => title.text)).toEqual([
      'reward per step',
      'log p per step (nats)',
      'cost per step (bits)',
      'key',
      'tonic',
    ])
    expect(await toSvg(rewardCurvesSpec(policies.psi))).toContain('<svg')
  })

  it('show what was likely and what was played', async () => {
    const spec = probabilitySpec(image, 'prior')
    expect(values(spec, 0)).toEqual([
      { step: 0, event: 'no event', probability: 0.9 },
      { step: 0, event: 'D4', probability: 0.1 },
      { step: 1, event: 'no event', probability: 0.5 },
      { step: 1, event: 'D4', probability: 0.4 },
    ])
    expect(values(spec, 1)).toEqual([
      { step: 0, event: 'no event' },
      { step: 1, event: 'D4' },
    ])
    expect(await toSvg(probabilitySpec(image, 'tuned'))).toContain('the tuned policy')
  })

  it('name every mode and every policy', async () => {
    expect(await toSvg(tunedModesSpec(report))).toContain('G dorian')
    expect(await toSvg(tradeSpec(policies))).toContain('shaped')
  })
})

describe("the tuner's tables", () => {
  it('set the paper beside ours', () => {
    const [first] = paperTableRows(report)
    expect(first).toMatchObject({ 'Note RNN, paper': '63.3%', 'Note RNN, ours': '20% (19 to 21)', 'Q, ours': '–' })
  })

  it('stop every method at the seconds of the quickest', () => {
    const rows = equalSecondsRows({ policies: { ...policies, q: policy('Q', 0.3, 4) } })
    expect(rows.map((row) => [row['policy'], row['reward per step'], row['tuning (s)']])).toEqual([
      ['Psi', 3, 3],
      ['Q', 3, 3],
      ['shaped decoding', 0.4, 0],
    ])
  })

  it('say what was wanted and what was not met', () => {
    expect(criteriaRows(report)).toEqual([{ criterion: 'an x', value: '0.2', wanted: 'at most 0.1', met: 'no' }])
    expect(costRows(policies)[1]).toMatchObject({ policy: 'Psi', 'tuning (s)': 12, 'test loss': null })
    expect(modeRows(report)[0]).toMatchObject({ mode: 'G dorian', 'with the rules': '99% (98 to 100)' })
    expect(modalTableRows(report, 'modal')).toHaveLength(TUNER_STATISTICS.length)
  })
})
