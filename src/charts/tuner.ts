import {
  type ProbabilityImage,
  type TunedPolicy,
  TUNER_STATISTICS,
  type TunerEstimate,
  type TunerPoint,
  type TunerReport,
  type TunerStatistic,
} from '../results/tunerReport.ts'
import { cssPalette, type Palette } from './palette.ts'
import { pitchName } from '../melody/pitchName.ts'
import { significant, type TableRow } from '../support/text/table.ts'
import {
  type Channel,
  chart,
  type ChartEncoding,
  type ChartLayer,
  type ChartOptions,
  type ChartPanel,
  type VegaLiteSpec,
} from './vegaLite.ts'
import { itemAt, propertyOf, itemWhere } from '../support/itemAt.ts'

const PAPER_COLUMNS = ['Note RNN', 'Q', 'Psi', 'G'] as const
const isPercent = ({ unit }: TunerStatistic): boolean => unit === 'share'

function valueText(statistic: TunerStatistic, value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–'
  return isPercent(statistic) ? `${significant(100 * value)}%` : significant(value)
}

/** A value with its interval: `1.2% (0.9 to 1.5)`. */
function estimateText(statistic: TunerStatistic, estimate: TunerEstimate | undefined): string {
  const text = valueText(statistic, estimate?.value)
  if (estimate === undefined || text === '–' || estimate.low === null || Number.isNaN(estimate.low)) return text
  const factor = isPercent(statistic) ? 100 : 1
  return `${text} (${significant(factor * estimate.low)} to ${significant(factor * estimate.high)})`
}

/** The paper's Table 1 beside ours: one row per statistic, the paper's four columns, then one column per policy. */
export function tunerTableRows({ policies }: Pick<TunerReport, 'policies'>, withPaper = true): TableRow[] {
  return TUNER_STATISTICS.map((statistic) => ({
    statistic: statistic.title,
    ...(withPaper ? paperCells(statistic) : {}),
    ...policyCells(statistic, policies, 'empty'),
  }))
}

/** Which of ours each of the paper's models stands beside. */
const OURS = ['prior', 'q', 'psi', 'g'] as const

/** Table 1 of the paper alone, each of its models with ours of the same kind. */
export function paperTableRows({ policies }: Pick<TunerReport, 'policies'>): TableRow[] {
  return TUNER_STATISTICS.filter(({ paper }) => paper !== null).map((statistic) => ({
    statistic: statistic.title,
    ...Object.fromEntries(
      PAPER_COLUMNS.flatMap((name, n) => [
        [`${name}, paper`, valueText(statistic, statistic.paper?.[n])],
        [
          `${name}, ours`,
          estimateText(statistic, policies[itemAt(OURS, n)]?.columns['empty']?.statistics[statistic.id]),
        ],
      ]),
    ),
  }))
}

/** Every mode: shares before and with the rules, and what that costs. */
export function modeRows({ modes }: Pick<TunerReport, 'modes'>): TableRow[] {
  const share = (estimate: TunerEstimate): string =>
    `${significant(100 * estimate.value)}% (${significant(100 * estimate.low)} to ${significant(100 * estimate.high)})`
  return modes.map(({ tonality, prior, shaped, colourOfPrior, colour, costPerNote }) => ({
    mode: tonality,
    'in the mode, prior': share(prior),
    'with the rules': share(shaped),
    'its own notes, prior': share(colourOfPrior),
    'its own notes, with the rules': share(colour),
    'bits per note': significant(costPerNote.value),
  }))
}

function paperCells(statistic: TunerStatistic): Record<string, string> {
  return Object.fromEntries(
    PAPER_COLUMNS.map((name, n) => [`paper: ${name}`, valueText(statistic, statistic.paper?.[n])]),
  )
}

function policyCells(
  statistic: TunerStatistic,
  policies: Readonly<Record<string, TunedPolicy>>,
  start: string,
): Record<string, string> {
  return Object.fromEntries(
    Object.values(policies).flatMap(({ title, columns }) => {
      const column = columns[start]
      return column === undefined ? [] : [[title, estimateText(statistic, column.statistics[statistic.id])]]
    }),
  )
}

/** The statistics of modal policies from one start. */
export function modalTableRows({ modal }: Pick<TunerReport, 'modal'>, start: string): TableRow[] {
  return TUNER_STATISTICS.map((statistic) => ({
    statistic: statistic.title,
    ...policyCells(statistic, modal, start),
  }))
}

/** What each policy cost and what else became of it. */
export function costRows(policies: Readonly<Record<string, TunedPolicy>>): TableRow[] {
  return Object.values(policies).map(({ title, steps, seconds, composingSeconds, heldOut, columns }) => {
    const column = Object.values(columns)[0]
    return {
      policy: title,
      steps,
      'tuning (s)': Math.round(seconds),
      'composing (s)': Math.round(composingSeconds),
      compositions: column?.compositions ?? 0,
      'test loss': heldOut?.loss.value ?? null,
      'different stretches': significantShare(column?.novelty?.distinct),
      'copied moves': column?.novelty?.longestCopy.value ?? null,
      'at most': column?.novelty?.longestCopyOfAll ?? null,
    }
  })
}

const significantShare = (value: number | undefined): string =>
  value === undefined ? '–' : `${significant(100 * value)}%`

/**
 * Where every method stood when the quickest of them was done, best first: means of that round's compositions; decoding with
 * the rules as it was measured.
 */
export function equalSecondsRows({ policies }: Pick<TunerReport, 'policies'>): TableRow[] {
  const trained = Object.values(policies).filter(({ curve }) => curve.length > 0)
  const limit = Math.min(...trained.map(({ curve }) => itemAt(curve, -1).seconds))
  const rows = trained.map(({ title, curve }) => {
    const { total, theory, logPrior, seconds, step } = itemWhere(curve.toReversed(), (point) => point.seconds <= limit)
    return { title, total, theory, logPrior, seconds, step }
  })
  const decoding = policies['shaped']?.columns['empty']?.statistics
  if (decoding !== undefined) {
    const value = (id: string): number => propertyOf(decoding, id).value
    const untrained = { seconds: 0, step: 0, theory: value('theory'), logPrior: value('logPrior') }
    rows.push({ title: 'shaped decoding', total: value('total'), ...untrained })
  }
  return rows
    .sort((a, b) => b.total - a.total)
    .map(({ title, total, theory, logPrior, seconds, step }) => ({
      policy: title,
      'reward per step': total,
      'rules per step': theory,
      'log p per step': logPrior,
      'tuning (s)': Math.round(seconds),
      steps: step,
    }))
}

/** What had to hold, and whether it does. */
export function criteriaRows({ criteria }: Pick<TunerReport, 'criteria'>): TableRow[] {
  return Object.values(criteria).map(({ title, value, relation, bound, met }) => ({
    criterion: title,
    value: significant(value),
    wanted: `${relation} ${significant(bound)}`,
    met: met ? 'yes' : 'no',
  }))
}

/** From each primer, 128 steps in all: chosen statistics of the prior and of a tuned policy. */
export function primerRows(
  policies: Readonly<Record<string, TunedPolicy>>,
  tuned: string,
  ids: readonly string[],
): TableRow[] {
  const [before, after] = [policies['prior'], policies[tuned]]
  const starts = Object.keys(after?.columns ?? {}).filter((start) => start.endsWith('128'))
  return starts.flatMap((start) =>
    ids.map((id) => {
      const statistic = itemWhere(TUNER_STATISTICS, (each) => each.id === id)
      return {
        primer: start.replace(/128$/, ''),
        statistic: statistic.title,
        prior: estimateText(statistic, before?.columns[start]?.statistics[id]),
        tuned: estimateText(statistic, after?.columns[start]?.statistics[id]),
      }
    }),
  )
}

/**
 * How the reward grew by CPU seconds, one line per method; dotted: decoding with the rules, which needs none.
 */
export function methodsSpec({ policies }: Pick<TunerReport, 'policies'>, options: ChartOptions = {}): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const values = Object.values(policies).flatMap(({ title, curve }) =>
    curve.filter(({ total }) => total > LOWEST_SHOWN).map(({ seconds, total }) => ({ title, seconds, total })),
  )
  const titles = Object.values(policies).flatMap(({ title, curve }) => (curve.length > 0 ? [title] : []))
  const { first, second, ink, given } = palette
  const shaped = policies['shaped']?.columns['empty']?.statistics['total']?.value
  const x = {
    field: 'seconds',
    type: 'quantitative',
    title: 'seconds of a processor',
    axis: { grid: false },
  } satisfies Channel<'x'>
  const y = {
    field: 'total',
    type: 'quantitative',
    title: 'reward per step',
    scale: { zero: false },
  } satisfies Channel<'y'>
  const line = {
    data: { values },
    mark: { type: 'line', strokeWidth: 1.6 },
    encoding: {
      ...{ x, y },
      color: {
        field: 'title',
        type: 'nominal',
        sort: null,
        scale: { domain: titles, range: [first, second, ink, given, first, second] },
        legend: { title: null, orient: 'top', columns: 2, symbolSize: 300 },
      },
      strokeDash: {
        field: 'title',
        type: 'nominal',
        sort: null,
        scale: { domain: titles, range: [SOLID, SOLID, SOLID, SOLID, DASHED, DASHED] },
      },
      tooltip: [
        { field: 'title', title: 'method' },
        { field: 'seconds', format: '.0f' },
        { field: 'total', title: 'reward per step', format: '.2f' },
      ],
    },
  } satisfies ChartLayer
  const rule = {
    data: { values: [{ total: shaped }] },
    mark: { type: 'rule', strokeDash: [2, 3], color: palette.muted, strokeWidth: 1.5 },
    encoding: { y: { field: 'total', type: 'quantitative' }, tooltip: { field: 'total', format: '.2f' } },
  } satisfies ChartLayer
  const body = {
    width: options.width ?? 560,
    height: options.height ?? 280,
    layer: [...(shaped === undefined ? [] : [rule]), line],
  } satisfies VegaLiteSpec
  return chart('Reward per step by the seconds of tuning, one line per method', body, palette)
}

const SOLID = [1, 0]
const DASHED = [6, 3]

/** Before its first lessons the prior holds notes for so long that nothing else would be seen beside it. */
const LOWEST_SHOWN = -15

/** How each rule's reward went while tuning: a panel a rule, first the whole, log p and the cost. */
export function rewardCurvesSpec(
  { curve }: Pick<TunedPolicy, 'curve'>,
  options: ChartOptions & { readonly columns?: number } = {},
): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const whole: [string, (point: TunerPoint) => number][] = [
    ['reward per step', ({ total }) => total],
    ['log p per step (nats)', ({ logPrior }) => logPrior],
    ['cost per step (bits)', ({ divergence }) => divergence / Math.LN2],
  ]
  const names = Object.keys(curve[0]?.terms ?? {})
  const rules = names.map((name): (typeof whole)[number] => [name, ({ terms }) => propertyOf(terms, name)])
  const panels = [...whole, ...rules].map(([title, of], n) =>
    curvePanel(
      title,
      curve.map((point) => ({ step: point.step, value: of(point) })),
      n < whole.length ? palette.second : palette.first,
      options.width ?? 150,
    ),
  )
  const body = {
    concat: panels,
    columns: options.columns ?? 4,
    spacing: { row: 22, column: 26 },
  } satisfies VegaLiteSpec
  return chart(`Rewards while tuning, a panel a rule: ${names.join(', ')}`, body, palette)
}

function curvePanel(
  title: string,
  values: readonly { step: number; value: number }[],
  color: string,
  width: number,
): ChartPanel {
  // The first rounds may lie so low that the rest would be a flat line.
  const sorted = values.map(({ value }) => value).sort((a, b) => a - b)
  const lowest = sorted[Math.floor(sorted.length / 20)] ?? 0
  const encoding = {
    x: { field: 'step', type: 'quantitative', title: null, axis: { format: '~s', tickCount: 3, grid: false } },
    y: {
      field: 'value',
      type: 'quantitative',
      title: null,
      scale: { domainMin: Math.min(lowest, 0), zero: false },
      axis: { tickCount: 4 },
    },
    tooltip: [
      { field: 'step', format: ',d' },
      { field: 'value', format: '.3f' },
    ],
  } satisfies ChartEncoding
  return {
    title: { text: title, fontWeight: 'normal' },
    width,
    height: 90,
    data: { values: values.filter(({ value }) => value >= lowest) },
    mark: { type: 'line', strokeWidth: 1.4, color, clip: true },
    encoding,
  }
}

/** What a model thought of at each step: darker = likelier; rings: what was played. */
export function probabilitySpec(
  image: ProbabilityImage,
  side: 'prior' | 'tuned',
  options: ChartOptions = {},
): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const names = image.rows.map(eventName)
  const values = image[side].flatMap((probabilities, step) =>
    probabilities.flatMap((probability, n) =>
      probability < LEAST_SHOWN ? [] : [{ step, event: itemAt(names, n), probability }],
    ),
  )
  const played = image.events.flatMap((event, step) =>
    image.rows.includes(event) ? [{ step, event: eventName(event) }] : [],
  )
  const x = {
    field: 'step',
    type: 'ordinal',
    title: 'step',
    axis: {
      values: image.events.flatMap((_, step) => (step % 8 === 0 ? [step] : [])),
      labelAngle: 0,
      ticks: false,
      domain: false,
    },
  } satisfies Channel<'x'>
  const y = {
    field: 'event',
    type: 'nominal',
    title: null,
    scale: { domain: [...names].reverse() },
    axis: { ticks: false, domain: false, labelFontSize: 9 },
  } satisfies Channel<'y'>
  const body = {
    title: { text: side === 'prior' ? 'the prior' : 'the tuned policy' },
    width: { step: 8 },
    height: { step: 9 },
    layer: [
      {
        data: { values },
        mark: { type: 'rect', color: palette.first },
        encoding: {
          ...{ x, y },
          opacity: {
            field: 'probability',
            type: 'quantitative',
            scale: { type: 'sqrt', domain: [0, 1], range: [0.05, 1] },
            legend: null,
          },
          tooltip: [{ field: 'step' }, { field: 'event' }, { field: 'probability', format: '.1%' }],
        },
      },
      {
        data: { values: played },
        mark: { type: 'point', shape: 'circle', size: 20, color: palette.second, strokeWidth: 1.4 },
        encoding: { x, y },
      },
    ],
  } satisfies VegaLiteSpec
  return chart(
    `Probability of each event at each step, by ${side === 'prior' ? 'the prior' : 'the tuned policy'}`,
    body,
    palette,
  )
}

const LEAST_SHOWN = 0.005

const eventName = (event: number): string => (event === -2 ? 'no event' : event === -1 ? 'note off' : pitchName(event))

/** Shares of notes in each mode: the prior's, and with the rules; with intervals. */
export function tunedModesSpec({ modes }: Pick<TunerReport, 'modes'>, options: ChartOptions = {}): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const values = modes.flatMap(({ tonality, prior, shaped }) => [
    { tonality, side: SIDES[0], ...prior },
    { tonality, side: SIDES[1], ...shaped },
  ])
  const color = {
    field: 'side',
    type: 'nominal',
    scale: { domain: [...SIDES], range: [palette.given, palette.first] },
    legend: { title: null, orient: 'top' },
  } satisfies Channel<'color'>
  const y = {
    field: 'tonality',
    type: 'nominal',
    sort: null,
    title: null,
    axis: { ticks: false, domain: false },
  } satisfies Channel<'y'>
  const x = {
    type: 'quantitative',
    title: 'share of notes in the mode',
    axis: { format: '%', tickCount: 5 },
  } satisfies Channel<'x'>
  const body = {
    width: options.width ?? 420,
    height: { step: 20 },
    data: { values },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' }, color },
      },
      {
        mark: { type: 'point', filled: true, size: 46, opacity: 1 },
        encoding: {
          y,
          x: { ...x, field: 'value' },
          color,
          tooltip: [{ field: 'tonality' }, { field: 'side' }, { field: 'value', format: '.1%' }],
        },
      },
    ],
  } satisfies VegaLiteSpec
  return chart('Share of notes in each of fourteen modes, by the prior and by decoding with the rules', body, palette)
}

const SIDES = ['prior', 'with the rules'] as const

/**
 * What the rules gain against what that costs: a point a policy, named. One that lies far below the others (the prior, to
 * the paper's rules) is left to the table.
 */
export function tradeSpec(policies: Readonly<Record<string, TunedPolicy>>, options: ChartOptions = {}): VegaLiteSpec {
  const palette: Palette = options.palette ?? cssPalette
  const values = Object.values(policies)
    .flatMap(({ title, columns }) => {
      const statistics = Object.values(columns)[0]?.statistics
      const [theory, bits] = [statistics?.['theory'], statistics?.['costPerStep']]
      return theory === undefined || bits === undefined ? [] : [{ title, theory: theory.value, bits: bits.value }]
    })
    .filter(({ theory }) => theory > LOWEST_SHOWN)
    .sort((a, b) => a.bits - b.bits)
  const x = {
    field: 'bits',
    type: 'quantitative',
    title: 'cost against the prior (bits per step)',
    scale: { zero: true },
  } satisfies Channel<'x'>
  const y = {
    field: 'theory',
    type: 'quantitative',
    title: 'rules (reward per step)',
    scale: { zero: true },
  } satisfies Channel<'y'>
  const tooltip = [
    { field: 'title' },
    { field: 'theory', format: '.2f' },
    { field: 'bits', format: '.2f' },
  ] satisfies Channel<'tooltip'>
  // Neighbours are named on different sides.
  const names = [values.filter((_, n) => n % 2 === 0), values.filter((_, n) => n % 2 === 1)].map(
    (some, side): ChartLayer => ({
      data: { values: some },
      mark: {
        type: 'text',
        align: side === 0 ? 'right' : 'left',
        dx: side === 0 ? -8 : 8,
        dy: side === 0 ? -8 : 8,
        color: palette.ink,
      },
      encoding: { x, y, text: { field: 'title' } },
    }),
  )
  const body = {
    width: options.width ?? 520,
    height: options.height ?? 280,
    layer: [
      {
        data: { values },
        mark: { type: 'point', filled: true, size: 60, color: palette.first, opacity: 1 },
        encoding: { x, y, tooltip },
      },
      ...names,
    ],
  } satisfies VegaLiteSpec
  return chart('What the rules gain against what it costs, a point a policy', body, palette)
}
