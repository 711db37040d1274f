import { describe, expect, it } from 'vitest'
import { gapSpec, scoresSpec, studyCurvesSpec } from '../../src/charts/evaluation.ts'
import * as tables from '../../src/charts/evaluationTables.ts'
import { MEASURE_TITLES } from '../../src/charts/measures.ts'
import { lightPalette } from '../../src/charts/palette.ts'
import { toSvg } from '../../src/charts/vegaLite.ts'
import { experiment } from '../../src/config/scales.ts'
import type { MetricRow } from '../../src/results/metrics.ts'
import { standInRecord, standInScores, standInSummary } from './standInSummary.ts'

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
    for (const text of [
      'iteration 2.2',
      'n-gram',
      'PPM, general and style',
      'IDyOM-like',
      'bits per note',
      'event accuracy (%)',
    ])
      expect(svg).toContain(text)
    await expect(svg).toMatchFileSnapshot('snapshots/scores.svg')
  })

  it('shows training beside validation, over the steps', async () => {
    const spec = gapSpec(summary.gap, { palette })
    expect(spec['description']).toMatch(/training melodies 62\.5%, test melodies 62\.5%/)
    await expect(await toSvg(spec)).toMatchFileSnapshot('snapshots/gap.svg')
    // A run that is evaluated every hundred steps has five hundred points: more than a panel shows.
    const [point] = summary.gap.curve
    const curve = Array.from({ length: 521 }, (_, n) => ({ ...point!, step: 100 * n }))
    expect(JSON.stringify(gapSpec({ ...summary.gap, curve }, { palette })).match(/"step":\d/g)!.length).toBeLessThan(
      300,
    )
  })

  it('lays the study and both iterations into one picture, without what nobody logged', async () => {
    const spec = studyCurvesSpec(results, record, { palette })
    const panels = Object.entries(spec).find(([name]) => name === 'concat')![1] as {
      title: { text: string }
      data: { values: { source: string; value: number }[] }
    }[]
    expect(panels.map(({ title }) => title.text)).toEqual([
      ...['accuracy (%)', 'loss (nats per step)', 'loss_per_step', 'no-event accuracy (%)', 'event accuracy (%)'],
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
      ...[
        'iteration 1',
        'iteration 2.1',
        'iteration 2.2',
        'iteration 3.1',
        'iteration 3.2',
        'majority; counted general',
        'copy-last; counted general',
      ],
      ...['n-gram, context 4; counted general', 'PPM, context 16; counted general', 'IDyOM-like; counted general'],
    ])
    expect(tables.ownTable(summary, '2.2')).toHaveLength(4)
    expect(tables.forgettingTable(summary)).toHaveLength(8)
    expect(tables.seedTable(summary.seeds!)).toHaveLength(6)
    expect(tables.leakTable(summary.leakySplit!).map((each) => each['of them copies of training melodies'])).toEqual([
      0, 2,
    ])
  })

  it('show the end of a run beside the published weights, where it is another', () => {
    const last = { steps: 99, test: { general: standInScores(2), style: standInScores(2.5) } }
    const iterations = { ...summary.iterations, '2.2': { ...summary.iterations['2.2'], last } }
    const rows = tables.testTable({ ...summary, iterations }, 'style')
    expect(rows.slice(2, 4)).toMatchObject([
      { predictor: 'iteration 2.2', steps: summary.iterations['2.2'].steps },
      {
        predictor: 'iteration 2.2, end of its run',
        steps: 99,
        [MEASURE_TITLES.loss]: tables.intervalText('loss', last.test.style.loss),
      },
    ])
    const models = { ...summary.forgetting.models, '2.2 last': last }
    const forgetting = tables.forgettingTable({ forgetting: { ...summary.forgetting, models } })
    expect(forgetting.at(-1)).toMatchObject({ model: 'iteration 2.2, end of its run', steps: 99 })
    const protocol = tables.asInTheStudyTable({ iterations }, null)[2]!
    expect(protocol['accuracy, test']).toBe(tables.intervalText('accuracy', last.test.style.accuracy))
    expect(JSON.stringify(scoresSpec({ ...summary, iterations }, 'style', { palette }))).toContain(
      '2.2, end of its run',
    )
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
    expect(general).toBe(
      'On the general test melodies iteration 2.1 predicts better than iteration 1: 0.100 nats per step less loss (95% interval 0.050 to 0.150).',
    )
    expect(style).toMatch(/0\.050 nats per step less loss .*−0\.200 to 0\.100\)\. The data do not decide\.$/)
    expect(tables.transferSentences(summary)).toEqual([
      expect.stringMatching(/^On the style's test melodies iteration 2\.2 at step 80 predicts better .* 0\.350 nats/),
      expect.stringMatching(/^On the general test melodies iteration 2\.2 at step 80 predicts worse .* 0\.200 nats/),
    ])
    expect(tables.gapSentence(summary.gap)).toMatch(/0\.0 points/)
  })

  it('compare data at equal steps alone', () => {
    expect(tables.moreDataSentences(summary).at(-1)).toMatch(/^Both made 40 steps/)
    const more = { ...summary.iterations, '2.1': { ...summary.iterations['2.1'], steps: 13_000 } }
    const [general, , last] = tables.moreDataSentences({ ...summary, iterations: more })
    expect(general).toMatch(/iteration 2\.1 \(13,000 steps\) .* iteration 1 \(40 steps\)/)
    expect(last).toMatch(/does not show whether more music makes a better model/)
    const chosen = { ...summary.iterations['2.1'], steps: 30, last: { steps: 40, test: summary.iterations['1'].test } }
    const published = tables.moreDataSentences({ ...summary, iterations: { ...summary.iterations, '2.1': chosen } })
    expect(published[0]).not.toMatch(/steps\)/)
    expect(published.at(-1)).toMatch(/^Both made 40 steps, and are published at steps 40 and 30, where they predict/)
  })

  it('give the best step of the transfer its interval and its place beside the best predictor without a network', () => {
    const loss = { value: -0.2, low: -0.3, high: -0.1 }
    const best = { steps: 60, differences: { general: { loss }, style: { loss } } }
    const ppm = { trainedOn: 'style', loss: { value: -0.05, low: -0.1, high: 0.01 } }
    const models = { ...summary.forgetting.models, '2.2 best': { steps: 60, test: summary.iterations['2.1'].test } }
    const forgetting = { ...summary.forgetting, models, best: { ...best, ppm } }
    expect(tables.transferSentences({ forgetting }).slice(2)).toEqual([
      expect.stringMatching(
        /iteration 2\.2 at step 60 predicts better than iteration 2\.1: 0\.200 .* 0\.100 to 0\.300/,
      ),
      expect.stringMatching(/iteration 2\.2 at step 60 has 0\.050 .* PPM \(counted style\) .* The data do not decide/),
    ])
    // Summaries from before the IDyOM-like predictor have PPM alone.
    const idyom = {
      ...best,
      baseline: { name: 'idyom', trainedOn: 'style', loss: { value: 0.1, low: 0.05, high: 0.2 } },
    } as const
    expect(tables.transferSentences({ forgetting: { ...forgetting, best: idyom } }).at(-1)).toMatch(
      /iteration 2\.2 at step 60 predicts worse than the IDyOM-like predictor \(counted style\): 0\.100 /,
    )
    // Where the best step is the published one, its difference is not reported twice.
    const published = { ...forgetting, models: { ...models, '2.2': models['2.2 best'] } }
    expect(tables.transferSentences({ forgetting: published })).toHaveLength(3)
    const atTheEnd = { ...published, models: { ...published.models, '2.2 last': { ...models['2.2 best'], steps: 90 } } }
    const lastDifferences = { general: { loss }, style: { loss: { value: 0.2, low: 0.1, high: 0.3 } } }
    expect(tables.transferSentences({ forgetting: { ...atTheEnd, lastDifferences } })[2]).toMatch(
      /iteration 2\.2 at step 90 predicts worse than iteration 2\.1/,
    )
    expect(tables.styleOrderSentence({ ...summary, forgetting })).toMatch(
      /lowest first: iteration 3\.2 \(step 80\) 0\.825; iteration 2\.2 \(step 80\) 1\.025; iteration 3\.1 \(step 40\) 1\.075; the IDyOM-like predictor \(counted general and style\) 1\.125; .*PPM \(counted general and style\) 1\.175; .*; iteration 2\.2 \(step 60\) 1\.375\.$/,
    )
  })
})
