import { describe, expect, it } from 'vitest'
import { gapSpec, scoresSpec, studyCurvesSpec } from '../../src/charts/evaluation.js'
import * as tables from '../../src/charts/evaluationTables.js'
import { lightPalette } from '../../src/charts/palette.js'
import { toSvg } from '../../src/charts/vegaLite.js'
import { experiment } from '../../src/iterations/scales.js'
import type { MetricRow } from '../../src/training/metrics.js'
import { standInRecord, standInSummary } from './standInSummary.js'

const summary = standInSummary('smoke-a-s1', (name) => name)
const record = standInRecord()
const palette = lightPalette
const row = (kind: MetricRow['kind'], step: number): MetricRow => ({
  ...{ kind, step, loss: 2 - step / 100, perplexity: 3, accuracy: 0.5 + step / 400, steps: 10, seconds: step },
  ...{ eventAccuracy: step === 0 ? NaN : 0.2, noEventAccuracy: 0.95 },
})
const results = (['2.1', '2.2'] as const).map((iteration, n) => ({
  config: experiment(iteration, 'smoke'),
  curve: [0, 10, 20, 30, 40].flatMap((step) => [row('train', step + 40 * n), row('test', step + 40 * n)]),
}))

describe('the charts of the evaluation', () => {
  it('shows every model and baseline with its interval', async () => {
    const svg = await toSvg(scoresSpec(summary, 'style', { palette }))
    for (const text of ['iteration 2.2', 'n-gram', 'ppm, general and style', 'bits a note', 'event accuracy (%)'])
      expect(svg).toContain(text)
    await expect(svg).toMatchFileSnapshot('snapshots/scores.svg')
  })

  it('shows training beside held out, over the steps', async () => {
    const spec = gapSpec(summary.gap, { palette })
    expect(spec['description']).toMatch(/training melodies 62\.5%, test melodies 62\.5%/)
    await expect(await toSvg(spec)).toMatchFileSnapshot('snapshots/gap.svg')
  })

  it('lays the study and both iterations into one picture, without what nobody logged', async () => {
    const spec = studyCurvesSpec(results, record, { palette })
    const panels = spec['concat'] as {
      title: { text: string }
      data: { values: { source: string; value: number }[] }
    }[]
    expect(panels.map(({ title }) => title.text)).toEqual([
      ...['accuracy (%)', 'loss (nats a step)', 'loss_per_step', 'no-event accuracy (%)', 'event accuracy (%)'],
    ])
    const ofStudy = panels.map(({ data }) => data.values.filter(({ source }) => source === "the study's log").length)
    expect(ofStudy).toEqual([8, 8, 8, 0, 0])
    expect(panels[1]!.data.values).toEqual(panels[2]!.data.values)
    expect(panels[4]!.data.values.every(({ value }) => Number.isFinite(value))).toBe(true)
    await expect(await toSvg(spec)).toMatchFileSnapshot('snapshots/study-curves.svg')
    expect(JSON.stringify(studyCurvesSpec(results, null, { palette }))).not.toContain('"the study\'s log","value"')
  })
})

describe('the tables of the evaluation', () => {
  it('say value and interval, and shares in percent', () => {
    expect(tables.intervalText('loss', { value: 0.7041, low: 0.69, high: 0.7222 })).toBe('0.704 (0.690 to 0.722)')
    expect(tables.intervalText('eventAccuracy', { value: NaN, low: NaN, high: NaN })).toBe('– (– to –)')
    const rows = tables.testTable(summary, 'general')
    expect(rows.map(({ predictor }) => predictor)).toEqual([
      ...['iteration 1', 'iteration 2.1', 'iteration 2.2', 'majority; counted general', 'copy-last; counted general'],
      ...['n-gram, context 4; counted general', 'ppm, context 16; counted general'],
    ])
    expect(tables.ownTable(summary, '2.2')).toHaveLength(4)
    expect(tables.forgettingTable(summary)).toHaveLength(4)
    expect(tables.seedTable(summary.seeds!)).toHaveLength(6)
    expect(tables.leakTable(summary.leakySplit!).map((each) => each['of them copies of training melodies'])).toEqual([
      0, 2,
    ])
  })

  it("set the study's numbers beside ours", () => {
    const rows = tables.asInTheStudyTable(summary, record)
    expect(rows.map(({ iteration, whose }) => [iteration, whose])).toEqual(
      ['1', '2.1', '2.2'].flatMap((name) => [
        [name, 'ours'],
        [name, "the study's"],
      ]),
    )
    expect(rows[1]!['accuracy, last minibatches']).toBe('no log')
    expect(rows[3]!['accuracy, last minibatches']).toBe('72.0% (sd 1.5%, n 4)')
    expect(tables.asInTheStudyTable(summary, null)).toHaveLength(3)
  })

  it('decide only where the interval does', () => {
    const [general, style] = tables.moreDataSentences(summary)
    expect(general).toMatch(/general test melodies: 0\.100 lower \(95% interval -0\.150 to -0\.050\); better\.$/)
    expect(style).toMatch(/The data do not decide\.$/)
    expect(tables.transferSentences(summary)).toEqual([
      expect.stringMatching(/in the style: 0\.350 lower .*; better\.$/),
      expect.stringMatching(/on general music: 0\.200 higher .*; worse\.$/),
    ])
    const more = { ...summary.iterations, '2.1': { ...summary.iterations['2.1'], steps: 90 } }
    expect(tables.moreDataSentences({ ...summary, iterations: more }).at(-1)).toMatch(/both data and steps/)
    expect(tables.gapSentence(summary.gap)).toMatch(/0\.0 points/)
  })
})
