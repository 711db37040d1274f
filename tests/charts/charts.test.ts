import { describe, expect, it } from 'vitest'
import { dropReasonsSpec, funnelSpec, modesSpec, sourceFunnelSpec } from '../../src/charts/bars.ts'
import {
  countIntervals,
  countPitches,
  intervalHistogramSpec,
  lengthHistogramSpec,
  pitchHistogramSpec,
  WIDEST_INTERVAL,
} from '../../src/charts/histogram.ts'
import {
  familySizesSpec,
  leakHistogramSpec,
  leakRow,
  partTable,
  scalesSpec,
  yieldsByCorpus,
  yieldSentence,
  yieldsBySource,
  yieldsSpec,
  yieldTable,
} from '../../src/charts/corpus.ts'
import { iterationsSpec, type ComparedResult } from '../../src/charts/iterations.ts'
import { darkPalette, lightPalette, paletteCss } from '../../src/charts/palette.ts'
import { miniRollSvg, pianoRollSpec, pianoRollSvg, rollNotes } from '../../src/charts/pianoRoll.ts'
import { isBlackKey, pitchName } from '../../src/melody/pitchName.ts'
import { tally } from '../../src/support/text/tally.ts'
import { thin, trainingCurveSpec } from '../../src/charts/trainingCurve.ts'
import { toSvg } from '../../src/charts/vegaLite.ts'
import type { StudyIterationName } from '../../src/config/experimentConfig.ts'
import type { MetricRow } from '../../src/results/metrics.ts'

function row(kind: MetricRow['kind'], step: number, loss: number, eventAccuracy = 0.1): MetricRow {
  const rest = { perplexity: Math.exp(loss), accuracy: 0.5, noEventAccuracy: 1, steps: 10, seconds: step }
  return { kind, step, loss, eventAccuracy, ...rest }
}
const rows = [
  row('train', 10, 2.5),
  row('train', 20, 2),
  row('test', 20, 2.1, Number.NaN),
  row('train', 30, 1.75),
  row('test', 40, 1.9),
]
const result = (iteration: StudyIterationName, loss: number): ComparedResult => ({
  config: { iteration },
  test: { loss, perplexity: Math.exp(loss), accuracy: 0.6, eventAccuracy: 0.2, noEventAccuracy: 0.9, steps: 5 },
  baselines: { unigramLoss: 2, majorityAccuracy: 0.5 },
})
const melody = { events: [60, -2, 62, -1, -2, 67, -2, -2, 64, 65, -2, -2, -2, -2, -1, -2], primerSteps: 4 }

const yields = [
  {
    corpus: 'general',
    source: 'airs',
    files: 10,
    strict: { withMelodies: 8, melodies: 9 },
    loose: { withMelodies: 10, melodies: 12 },
  },
  {
    corpus: 'performances',
    source: 'piano',
    files: 1200,
    strict: { withMelodies: 0, melodies: 0 },
    loose: { withMelodies: 1100, melodies: 1500 },
  },
  {
    corpus: 'general',
    source: 'songs',
    files: 5,
    strict: { withMelodies: 1, melodies: 1 },
    loose: { withMelodies: 2, melodies: 3 },
  },
]
const leaks = [
  {
    name: 'by family',
    histogram: [
      { from: 0, to: 32, melodies: 90 },
      { from: 32, to: 64, melodies: 10 },
    ],
  },
  {
    name: 'file by file',
    histogram: [
      { from: 0, to: 32, melodies: 150 },
      { from: 32, to: 64, melodies: 30 },
      { from: 64, to: 96, melodies: 15 },
      { from: 96, to: 128, melodies: 5 },
    ],
  },
]

/** Texts of an SVG with their places: what a snapshot is about, and where an overlap would show. */
const texts = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1] ?? '')

describe('charts as SVG', () => {
  const charts = {
    'training-curve': () => trainingCurveSpec(rows, { baselines: { unigramLoss: 2.4, majorityAccuracy: 0.45 } }),
    'training-curve-dark': () => trainingCurveSpec(rows, { palette: darkPalette, metrics: ['loss'] }),
    'drop-reasons': () => dropReasonsSpec({ drums: 1, polyphonic: 12, 'too-short': 3 }),
    funnel: () =>
      funnelSpec([
        { name: 'files', count: 40 },
        { name: 'melodies', count: 25 },
      ]),
    pitches: () => pitchHistogramSpec(countPitches([melody])),
    lengths: () => lengthHistogramSpec([8, 8.5, 16, 9]),
    intervals: () => intervalHistogramSpec(countIntervals([melody])),
    modes: () => modesSpec({ dorian: 3, major: 12, none: 1 }),
    'source-funnel': () =>
      sourceFunnelSpec([
        { source: 'airs', files: 30, readable: 30, withMelodies: 21 },
        { source: 'songs', files: 40, readable: 36, withMelodies: 4 },
      ]),
    yields: () => yieldsSpec(yields),
    leaks: () => leakHistogramSpec(leaks),
    'family-sizes': () => familySizesSpec({ '1': 900, '2': 40, '5': 3, '9': 1, '29': 1 }),
    scales: () => scalesSpec([5, 0, 3, 0, 0, 2, 0, 9, 0, 1, 0, 0]),
    iterations: () => iterationsSpec([result('1', 1.5), result('2.1', 1.4)]),
  }
  for (const [name, spec] of Object.entries(charts)) {
    it(name, async () => {
      await expect(`${(await toSvg(spec())).replaceAll('><', '>\n<')}\n`).toMatchFileSnapshot(`snapshots/${name}.svg`)
    })
  }

  it('carries its description and scales with the page', async () => {
    const svg = await toSvg(dropReasonsSpec({ 'a<b': 2 }))
    expect(svg).toContain('role="img" aria-label="Why something gave no melody: a&lt;b 2" style="max-width:100%')
  })

  it('uses variables unless given a palette', async () => {
    expect(await toSvg(funnelSpec([{ name: 'files', count: 4 }]))).toContain('var(--chart-first, #0069a8)')
    const light = await toSvg(funnelSpec([{ name: 'files', count: 4 }], { palette: lightPalette }))
    expect(light).not.toContain('var(')
    expect(paletteCss(darkPalette)).toContain('--chart-first: #5cb8f0;')
  })

  it('draws nothing but axes from no rows', async () => {
    expect(texts(await toSvg(trainingCurveSpec([])))).toContain('step')
    expect(texts(await toSvg(dropReasonsSpec({})))).toContain('dropped tracks, parts and files')
  })
})

describe('trainingCurveSpec', () => {
  it('leaves out what is NaN and shows ratios in percent', () => {
    const text = JSON.stringify(trainingCurveSpec(rows, { metrics: ['eventAccuracy'] }))
    expect(text).toContain('{"step":40,"value":10,"series":"validation (dropout off)"}')
    expect(text).not.toContain('{"step":20,"value":null')
    expect(text.match(/validation \(dropout off\)"\}/g)).toHaveLength(1)
  })

  it('thins a long log to means of neighbours', () => {
    const points = [1, 2, 3, 4, 5].map((step) => ({ step, value: step * 10 }))
    expect(thin(points, 2)).toEqual([
      { step: 2, value: 20 },
      { step: 4.5, value: 45 },
    ])
    expect(thin(points, 5)).toEqual(points)
  })
})

describe('counts', () => {
  it('tallies by name', () => {
    expect(tally(['b', null, 'a', 'b'], (name) => name)).toEqual({ b: 2, 'not stated': 1, a: 1 })
  })

  it('counts the pitches that begin', () => {
    const counts = countPitches([{ events: [60, -2, -1, 60, 61] }, { events: [61] }])
    expect([counts[59], counts[60], counts[61], counts.length]).toEqual([0, 2, 2, 128])
  })

  it('counts the intervals between notes that follow one another in a melody, wide ones together', () => {
    const counts = countIntervals([{ events: [60, -2, 62, -1, 62, 30] }, { events: [40, 60, 39] }])
    const used = counts.flatMap((count, index) => (count > 0 ? [[index - WIDEST_INTERVAL, count]] : []))
    expect(used).toEqual([
      [-12, 2],
      [0, 1],
      [2, 1],
      [12, 1],
    ])
    expect(counts.length).toBe(2 * WIDEST_INTERVAL + 1)
  })

  it('shares out each source without counting a file twice', () => {
    const { data } = sourceFunnelSpec([{ source: 'a', files: 10, readable: 7, withMelodies: 4 }]) as {
      data: { values: { stage: string; files: number }[] }
    }
    expect(data.values.map(({ stage, files }) => [stage, files])).toEqual([
      ['gave a melody', 4],
      ['read, no melody', 3],
      ['unreadable', 3],
    ])
  })

  it('puts the commonest reason first, equals by name', () => {
    const { data } = dropReasonsSpec({ b: 1, a: 1, c: 5 }) as { data: { values: { name: string }[] } }
    expect(data.values.map(({ name }) => name)).toEqual(['c', 'a', 'b'])
  })
})

describe('piano roll', () => {
  it('reads notes until a note-off, the next pitch or the end', () => {
    expect(rollNotes({ events: [60, -2, 62, -1, -2, 67, -2], primerSteps: 3 })).toEqual([
      { pitch: 60, startStep: 0, endStep: 2, given: true },
      { pitch: 62, startStep: 2, endStep: 3, given: true },
      { pitch: 67, startStep: 5, endStep: 7, given: false },
    ])
  })

  it('names pitches', () => {
    expect([0, 60, 61, 70, 127].map(pitchName)).toEqual(['C-1', 'C4', 'C♯4', 'B♭4', 'G9'])
    expect([60, 61, 66, 71].map(isBlackKey)).toEqual([false, true, true, false])
  })

  it('as SVG', async () => {
    await expect(`${pianoRollSvg(melody, { title: 'arp & more' })}\n`).toMatchFileSnapshot('snapshots/piano-roll.svg')
  })

  it('keeps the names of its rows apart at every range', () => {
    for (const top of [61, 72, 84, 96, 127]) {
      const svg = pianoRollSvg({ events: [60, top], primerSteps: 0 })
      const names = [...svg.matchAll(/y="([\d.]+)" dy=".35em">[A-G]/g)].map((match) => Number(match[1]))
      expect(names.length, `range to ${top}`).toBeGreaterThan(1)
      const gaps = names.slice(1).map((y, index) => (names[index] ?? 0) - y)
      expect(Math.min(...gaps), `range to ${top}`).toBeGreaterThanOrEqual(12)
    }
  })

  it('draws a melody without notes', () => {
    expect(texts(pianoRollSvg({ events: [-2, -2], primerSteps: 0 }))).toContain('bar')
    expect(pianoRollSpec({ events: [], primerSteps: 0 }).data).toEqual([])
  })

  it('with notes laid over it, each of its class and title', () => {
    const layers = [
      { name: 'motifs', notes: [{ pitch: 90, startStep: 2, endStep: 4, kind: 'exact', title: 'as in bar 1 & 2' }] },
    ]
    const svg = pianoRollSvg(melody, { layers })
    expect(svg).toMatch(
      /<g class="layer motifs"><rect class="exact" [^>]*><title>as in bar 1 &amp; 2<\/title><\/rect><\/g>/,
    )
    expect(svg).not.toContain('style=') // a page that forbids inline styles shows it too
    // The roll reaches up to what lies over it.
    expect(Number(/class="exact" x="[\d.]+" y="([\d.]+)"/.exec(svg)![1])).toBeGreaterThan(27)
  })

  it('as a small one that reaches as far as those beside it', () => {
    const low = { events: [40, -2], primerSteps: 0 }
    const rows = (svg: string): string => /viewBox="0 -\.5 \d+ (\d+)"/.exec(svg)![1]!
    const [own, both] = [[], [low]].map((beside) => rows(miniRollSvg(small, { label: 'A', beside })))
    expect([own, both]).toEqual(['15', rows(miniRollSvg(low, { label: 'A', beside: [small] }))])
    expect(Number(both)).toBe(64 + 1 - (40 - 1) + 1)
  })

  const small = { events: [60, -2, 62, -1, 62, 64, -2, -2], primerSteps: 2 }

  it('as a small one: a stroke a note, given and made apart, bars between', () => {
    const svg = miniRollSvg(small, { label: 'A & B', stepsPerBar: 4 })
    expect(svg).toContain('aria-label="A &amp; B: 4 notes in 2 bars"')
    expect(svg).toContain('<path class="given" d="M0 9h1.8"/>')
    expect(svg).toContain('<path class="made" d="M2 7h0.8M4 7h0.8M5 5h2.8"/>')
    expect(svg).toMatch(/<path class="bars" d="M4 -\.5V\d+"\/>/)
  })

  it('as a plotly figure: a trace for the primer, one for what was added, in bars from 1', () => {
    const [given, added] = pianoRollSpec(melody, { stepsPerBar: 4 }).data
    // Each a sliver shorter than its steps, so that a repeated note shows as two.
    const drawn = (...steps: number[]) => steps.map((length) => (length - 0.12) / 4)
    expect(given).toMatchObject({ name: 'primer', base: [1, 1.5], x: drawn(2, 1), y: [60, 62] })
    expect(added).toMatchObject({ name: 'generated', base: [2.25, 3, 3.25], x: drawn(3, 1, 5), y: [67, 64, 65] })
    expect((added?.['text'] as string[])[0]).toBe('G4, bar 2, beat 1.25, 0.75 quarters')
  })
})

describe('tables of a corpus', () => {
  it('adds sources up', () => {
    expect(yieldsByCorpus(yields).map(({ source, files }) => [source, files])).toEqual([
      ['general', 15],
      ['performances', 1200],
    ])
    expect(yieldTable(yieldsByCorpus(yields))[0]).toMatchObject({ files: 15, 'melodies (strict)': 10 })
    expect(yieldsBySource([...yields, yields[0]!])[0]).toMatchObject({ source: 'airs', files: 20 })
  })

  it('says what both policies make of a corpus, and nothing of one that is not there', () => {
    expect(yieldSentence(yields, 'performances', 'captured performances')).toBe(
      "Of 1,200 captured performances, 0 give a melody by the study's strict rule (0 melodies in all); " +
        'by the loose one 1,100 do (1,500 melodies).',
    )
    expect(yieldSentence(yields, 'style', 'files')).toBeNull()
  })

  it('has one bar for a source whose files lie in several styles', () => {
    const airs = { source: 'airs', files: 30, readable: 30, withMelodies: 21 }
    const spec = sourceFunnelSpec([airs, { ...airs, files: 4, readable: 3, withMelodies: 2 }])
    expect(spec['description']).toMatch(/: airs 23 of 34$/)
  })

  it('shows long stretches together', () => {
    expect(leakHistogramSpec(leaks)['description']).toMatch(/file by file 0–31 150, 32–63 30, 64\+ 20$/)
  })

  it('has a row for leaks and for a data set', () => {
    const numbers = { melodies: 4, median: 2, percentile95: 9, longest: 9, copied: 0.25 }
    expect(leakRow('by family', numbers)).toMatchObject({ split: 'by family', 'lie whole in training (%)': 25 })
    const part = { iteration: '1', families: 3, removed: { copies: 1, heldOut: 2, capped: 4 }, trainingSteps: 99 }
    const three = { train: 5, validation: 6, test: 7 }
    expect(partTable([{ ...part, files: three, melodies: three }])).toMatchObject([
      { files: 18, training: 5, copies: 3, capped: 4 },
    ])
  })
})
