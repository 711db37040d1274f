import type { IterationResult } from '../results/iterationResult.ts'
import type { MusicalReport, SetName } from '../results/musicalReport.ts'
import type { LossParts, Summary } from '../results/summary.ts'
import type { TunerReport } from '../results/tunerReport.ts'
import { baselineWords, bestBaseline, shareText } from './measures.ts'
import { cssPalette, type Palette, type Voice, voiceColour } from './palette.ts'
import { type Channel, chart, type ChartLayer, type ChartOptions, type VegaLiteSpec } from './vegaLite.ts'

/** The figures that carry the story: one thing each, voices in their own colours and shapes. */

/** Shapes tell voices apart where colours cannot. */
const SHAPES: Readonly<Record<Voice, string>> = {
  person: 'stroke',
  '1': 'triangle-down',
  '2.1': 'circle',
  '2.2': 'square',
  '3.1': 'diamond',
  '3.2': 'triangle-up',
  ppm: 'cross',
  study: 'triangle-right',
}

interface NamedVoice {
  readonly voice: Voice
  readonly name: string
}

/** Colour and shape of the voices that a chart shows; the legend names both. */
function voiceChannels(voices: readonly NamedVoice[], palette: Palette) {
  const domain = voices.map(({ name }) => name)
  const legend = { title: null, orient: 'top', columns: 4, symbolSize: 90 } as const
  const color = {
    field: 'voice',
    type: 'nominal',
    scale: { domain, range: voices.map(({ voice }) => voiceColour(voice, palette)) },
    legend,
  } satisfies Channel<'color'>
  const shape = {
    field: 'voice',
    type: 'nominal',
    scale: { domain, range: voices.map(({ voice }) => SHAPES[voice]) },
    legend,
  } satisfies Channel<'shape'>
  return { color, shape }
}

/** A dot, and the rows that dots stand in. */
const DOT = { type: 'point', filled: true, size: 110, opacity: 0.9 } as const
const ROWS = {
  field: 'measure',
  type: 'nominal',
  sort: null,
  title: null,
  axis: { grid: true, ticks: false, domain: false },
} satisfies Channel<'y'>

/** What is counted, in words, and the measure that counts it. */
const BESIDE_PEOPLE: readonly (readonly [id: string, words: string])[] = [
  ['barSimilarity4', 'notes that are there again four bars later'],
  ['motifCoverage', 'notes in a figure that comes back'],
  ['leadingNoteResolution', 'leading notes that go to the tonic'],
  ['stepwiseShare', 'moves by step'],
  ['modeShare', 'notes in the key'],
  ['samePitchShare', 'notes repeated at once'],
]

const SETS: readonly (NamedVoice & { readonly set: SetName })[] = [
  { set: 'ours 1', voice: '1', name: 'iteration 1' },
  { set: 'ours 2.1', voice: '2.1', name: 'iteration 2.1' },
  { set: 'ours 2.2', voice: '2.2', name: 'iteration 2.2' },
  { set: 'ours 3.1', voice: '3.1', name: 'iteration 3.1' },
  { set: 'ours 3.2', voice: '3.2', name: 'iteration 3.2' },
  { set: 'study 2.1', voice: 'study', name: "the study's 2.1" },
]

/** Each voice's mean in each measure, as a share of people's. */
const sharesOfPeople = (metrics: MusicalReport['metrics']) =>
  BESIDE_PEOPLE.flatMap(([id, measure]) => {
    const sets = metrics.find((metric) => metric.id === id)?.sets ?? {}
    const people = sets['human general']?.mean ?? NaN
    return SETS.flatMap(({ set, name }) => {
      const mean = sets[set]?.mean ?? NaN
      const isKnown = people > 0 && Number.isFinite(mean)
      return isKnown ? [{ measure, voice: name, share: mean / people, mean, people }] : []
    })
  })

/** A row of dots per measure, each voice's mean in percent of people's: what is kept stands at 100, what is lost near 0. */
export function besidePeopleSpec(
  { metrics }: Pick<MusicalReport, 'metrics'>,
  options: ChartOptions = {},
): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const values = sharesOfPeople(metrics)
  const shown = SETS.filter(({ name }) => values.some(({ voice }) => voice === name))
  const { color, shape } = voiceChannels(shown, palette)
  const x = {
    field: 'share',
    type: 'quantitative',
    title: "of people's mean",
    axis: { format: '.0%', tickCount: 6 },
  } satisfies Channel<'x'>
  const tooltip = [
    { field: 'voice' },
    { field: 'share', title: 'of people', format: '.0%' },
    { field: 'mean', format: '.3f' },
    { field: 'people', title: "people's mean", format: '.3f' },
  ] satisfies Channel<'tooltip'>
  const people = voiceColour('person', palette)
  const body = {
    width: options.width ?? 470,
    height: { step: 34 },
    data: { values },
    layer: [
      { data: { values: [{ share: 1 }] }, mark: { type: 'rule', strokeWidth: 2, color: people }, encoding: { x } },
      { mark: DOT, encoding: { y: ROWS, x, color, shape, tooltip } },
    ],
  } satisfies VegaLiteSpec
  const said = BESIDE_PEOPLE.map(([, measure]) => {
    const rows = values.filter((value) => value.measure === measure)
    return `${measure}: ${rows.map(({ voice, share }) => `${voice} ${shareText(share)}`).join(', ')}`
  })
  return chart(`Means of each voice in percent of people's: ${said.join('; ')}`, body, palette)
}

interface Marked {
  readonly loss: number
  readonly says: string
}

/** The levels that a transfer is seen against: the model it began from, PPM, and the best predictor without a network. */
function levelsOf({ forgetting, baselines }: Pick<Summary, 'forgetting' | 'baselines'>): Marked[] {
  const counting = baselines.style.filter(({ name }) => name === 'ppm')
  const others = [...(counting.length > 0 ? [bestBaseline(counting)] : []), bestBaseline(baselines.style)]
  const levels = [
    { loss: forgetting.models['2.1']?.test.style.loss.value ?? NaN, says: "iteration 2.1's level" },
    ...others.map((baseline) => ({ loss: baseline.test.loss.value, says: baselineWords(baseline) })),
  ]
  return levels.filter(
    ({ loss, says }, n) => Number.isFinite(loss) && levels.findIndex((each) => each.says === says) === n,
  )
}

/** The points of a transfer that are named: before it, as it was published, and its end. */
function pointsOf({ forgetting }: Pick<Summary, 'forgetting'>): (Marked & { readonly step: number })[] {
  const named = [
    ['2.1', 'before: iteration 2.1'],
    ['2.2', 'published: the lowest point'],
    ['2.2 last', 'end of the run'],
  ] as const
  return named.flatMap(([name, says]) => {
    const model = forgetting.models[name]
    return model === undefined ? [] : [{ step: model.steps, loss: model.test.style.loss.value, says }]
  })
}

/** The transfer at a glance: loss in the style by step, with where it started, where it was published and where it ended. */
export function transferGlanceSpec(
  { curve }: Pick<IterationResult, 'curve'>,
  summary: Pick<Summary, 'forgetting' | 'baselines'>,
  options: ChartOptions = {},
): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const validation = curve.filter(({ kind }) => kind === 'test').map(({ step, loss }) => ({ step, loss }))
  const points = pointsOf(summary)
  const body = {
    width: options.width ?? 620,
    height: options.height ?? 270,
    layer: glanceLayers({ validation, points, levels: levelsOf(summary) }, palette),
  } satisfies VegaLiteSpec
  const said = points.map(({ says, step, loss }) => `${says} ${loss.toFixed(3)} (step ${step.toLocaleString('en')})`)
  return chart(`Loss on the style's test melodies, nats per step: ${said.join(', ')}`, body, palette)
}

interface Glance {
  readonly validation: readonly { readonly step: number; readonly loss: number }[]
  readonly points: ReturnType<typeof pointsOf>
  readonly levels: readonly Marked[]
}

function glanceLayers({ validation, points, levels }: Glance, palette: Palette): ChartLayer[] {
  const [zero, format] = [false, '.3f']
  const x = { field: 'step', type: 'quantitative', title: 'training step', scale: { zero }, axis: { format: ',d', tickCount: 6 } } satisfies Channel<'x'> // prettier-ignore
  const y = { field: 'loss', type: 'quantitative', title: 'loss in the style, nats per step', scale: { zero } } satisfies Channel<'y'> // prettier-ignore
  const color = voiceColour('2.2', palette)
  const end = validation.at(-1)?.step ?? points.at(-1)?.step ?? 0
  const names = (some: Glance['points'], align: 'left' | 'right'): ChartLayer => ({
    data: { values: some },
    mark: { type: 'text', align, dx: align === 'left' ? 11 : -11, dy: 4, fontWeight: 600 },
    encoding: { x, y, text: { field: 'says' } },
  })
  const tooltip = [{ field: 'says' }, { field: 'step', format: ',d' }, { field: 'loss', format }] satisfies Channel<'tooltip'> // prettier-ignore
  return [
    {
      data: { values: [...levels] },
      mark: { type: 'rule', strokeDash: [5, 4], color: palette.given },
      encoding: { y },
    },
    {
      data: { values: levels.map((level) => ({ ...level, step: end })) },
      mark: { type: 'text', align: 'right', dy: -7, color: palette.muted },
      encoding: { x, y, text: { field: 'says' } },
    },
    { data: { values: [...validation] }, mark: { type: 'line', strokeWidth: 1.5, opacity: 0.65, color }, encoding: { x, y } }, // prettier-ignore
    { data: { values: points }, mark: { ...DOT, size: 130, color }, encoding: { x, y, tooltip } },
    names(points.slice(0, -1), 'left'),
    names(points.slice(-1), 'right'),
  ]
}

const SLOPES: readonly (NamedVoice & { readonly predictor: string })[] = [
  { predictor: 'iteration 1', voice: '1', name: 'iteration 1' },
  { predictor: 'iteration 2.1', voice: '2.1', name: 'iteration 2.1' },
  { predictor: 'PPM', voice: 'ppm', name: 'PPM' },
  { predictor: 'iteration 3.1', voice: '3.1', name: 'iteration 3.1' },
]

const REPEATED = 'inside a repeat'

const slopesOf = (rows: readonly LossParts[]) =>
  SLOPES.flatMap(({ predictor, name }) => {
    const parts = rows.find((row) => row.predictor === predictor)?.parts
    if (parts === undefined) return []
    return [
      { voice: name, place: 'in fresh music', loss: parts.fresh.loss.value },
      { voice: name, place: REPEATED, loss: parts.repeat.loss.value },
    ]
  })

/** Whose loss a point is, where, and how much. */
const lossTooltip = (place: string) =>
  [{ field: 'voice' }, { field: place }, { field: 'loss', format: '.3f' }] satisfies Channel<'tooltip'>

/** What a repeat is worth: each predictor's loss in fresh music and inside a repeat, joined by a line that falls or rises. */
export function repeatsSpec(rows: readonly LossParts[], options: ChartOptions = {}): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const values = slopesOf(rows)
  const shown = SLOPES.filter(({ name }) => values.some(({ voice }) => voice === name))
  const { color, shape } = voiceChannels(shown, palette)
  const noLegend = { ...color, legend: null }
  const x = {
    field: 'place',
    type: 'ordinal',
    sort: null,
    title: null,
    scale: { padding: 0.4 },
    axis: { labelAngle: 0, ticks: false, domain: false, labelFontSize: 12 },
  } satisfies Channel<'x'>
  const y = { field: 'loss', type: 'quantitative', title: 'loss, nats per step' } satisfies Channel<'y'>
  const tooltip = lossTooltip('place')
  const body = {
    width: options.width ?? 420,
    height: options.height ?? 280,
    data: { values },
    layer: [
      { mark: { type: 'line', strokeWidth: 2.5 }, encoding: { x, y, color: noLegend } },
      { mark: DOT, encoding: { x, y, color: noLegend, shape: { ...shape, legend: null }, tooltip } },
      {
        transform: [{ filter: `datum.place === '${REPEATED}'` }],
        mark: { type: 'text', align: 'left', dx: 12, fontWeight: 600 },
        encoding: { x, y, text: { field: 'voice' }, color: noLegend },
      },
    ],
  } satisfies VegaLiteSpec
  const said = shown.map(({ name }) => {
    const [fresh, repeat] = values.filter(({ voice }) => voice === name).map(({ loss }) => loss.toFixed(3))
    return `${name} ${fresh} in fresh music, ${repeat} inside a repeat`
  })
  return chart(`Loss on the general test melodies, nats per step: ${said.join('; ')}`, body, palette)
}

/** The loss of one network on the same melodies, moved up or down. */
export interface MovedLoss {
  readonly voice: Voice
  readonly semitones: number
  readonly loss: number
}

/** @example signed(-2) // '−2' */
const signed = (value: number): string => `${value > 0 ? '+' : ''}${value}`.replace('-', '−')

/** What absolute pitch costs: the same melodies in twelve keys, the loss in each. */
export function movedSpec(rows: readonly MovedLoss[], options: ChartOptions = {}): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const voices = [...new Set(rows.map(({ voice }) => voice))].map((voice) => ({ voice, name: `iteration ${voice}` }))
  const values = rows.map(({ voice, semitones, loss }) => {
    return { voice: `iteration ${voice}`, moved: signed(semitones), semitones, loss }
  })
  const { color, shape } = voiceChannels(voices, palette)
  const x = {
    field: 'moved',
    type: 'ordinal',
    sort: { field: 'semitones' },
    title: 'moved by semitones',
    axis: { labelAngle: 0 },
  } satisfies Channel<'x'>
  const y = {
    field: 'loss',
    type: 'quantitative',
    title: 'loss, nats per step',
    scale: { zero: true },
  } satisfies Channel<'y'>
  const tooltip = lossTooltip('moved')
  const body = {
    width: options.width ?? 480,
    height: options.height ?? 230,
    data: { values },
    layer: [
      { mark: { type: 'line', strokeWidth: 1.5, opacity: 0.6 }, encoding: { x, y, color } },
      { mark: DOT, encoding: { x, y, color, shape, tooltip } },
    ],
  } satisfies VegaLiteSpec
  const said = voices.map(({ name }) => {
    const own = values.filter(({ voice }) => voice === name).map(({ loss }) => loss)
    return `${name} from ${Math.min(...own).toFixed(3)} to ${Math.max(...own).toFixed(3)}`
  })
  return chart(`Loss on the same melodies in twelve keys, nats per step: ${said.join('; ')}`, body, palette)
}

const TUNED: readonly (readonly [id: 'excessive' | 'inMotif' | 'leapsResolved' | 'notInKey', words: string])[] = [
  ['excessive', 'notes repeated too often'],
  ['notInKey', 'notes outside the key'],
  ['leapsResolved', 'leaps that are resolved'],
  ['inMotif', 'steps that end a motif'],
]
const POLICIES = [
  ['prior', 'untuned'],
  ['shaped', 'rules at each step, no training'],
  ['psi', 'tuned (Psi)'],
] as const

/** What tuning adds, and what the rules alone would: shares before, by decoding with the rules, and after training with them. */
export function tunerAddsSpec({ policies }: Pick<TunerReport, 'policies'>, options: ChartOptions = {}): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const values = TUNED.flatMap(([id, measure]) =>
    POLICIES.flatMap(([policy, who]) => {
      const value = policies[policy]?.columns['empty']?.statistics[id]?.value
      return typeof value === 'number' && Number.isFinite(value) ? [{ measure, who, share: value }] : []
    }),
  )
  const domain = POLICIES.map(([, who]) => who)
  const legend = { title: null, orient: 'top', symbolSize: 90 } as const
  const range = [voiceColour('2.1', palette), palette.given, palette.second]
  const tooltip = [
    { field: 'measure' },
    { field: 'who' },
    { field: 'share', format: '.1%' },
  ] satisfies Channel<'tooltip'>
  const axis = { format: '.0%', tickCount: 5 }
  const body = {
    width: options.width ?? 470,
    height: { step: 34 },
    data: { values },
    mark: DOT,
    encoding: {
      y: ROWS,
      x: { field: 'share', type: 'quantitative', title: null, scale: { domain: [0, 1] }, axis },
      color: { field: 'who', type: 'nominal', scale: { domain, range }, legend },
      shape: { field: 'who', type: 'nominal', scale: { domain, range: ['circle', 'cross', 'diamond'] }, legend },
      tooltip,
    },
  } satisfies VegaLiteSpec
  const said = TUNED.map(([, measure]) => {
    const rows = values.filter((value) => value.measure === measure)
    return `${measure}: ${rows.map(({ who, share }) => `${who} ${shareText(share)}`).join(', ')}`
  })
  return chart(`What tuning by rules adds: ${said.join('; ')}`, body, palette)
}
