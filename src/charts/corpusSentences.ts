import type { MusicalReport, SetName } from '../results/musicalReport.ts'
import { itemAt } from '../support/itemAt.ts'
import { recordOf } from '../support/records.ts'
import { MAJOR_SCALES } from './corpus.ts'
import type { StyleShare } from './styleSet.ts'
import { inWords } from '../support/text/inWords.ts'

const percent = (share: number): string => `${Math.round(100 * share)}%`
const decimal = (value: number): string => value.toFixed(1).replace(/\.0$/, '')

/** Collections that a sentence names. */
const NAMED = 4
/** Scales that a sentence names. */
const SCALES = 3

/**
 * What music the general models learn from: the largest collections with their shares of the training melodies.
 * @param titleOf a collection's title by its source.
 */
export function collectionsSentence(sources: readonly StyleShare[], titleOf: (source: string) => string): string {
  const all = sources.reduce((sum, { melodies }) => sum + melodies.train, 0)
  const largest = sources.toSorted((a, b) => b.melodies.train - a.melodies.train)
  const share = (rows: typeof largest): number => rows.reduce((sum, { melodies }) => sum + melodies.train, 0) / all
  const named = largest.slice(0, NAMED).map((row) => `${percent(share([row]))} from ${titleOf(row.group)}`)
  const rest = largest.slice(NAMED).filter(({ melodies }) => melodies.train > 0)
  const others = rest.length === 0 ? [] : [`${percent(share(rest))} from ${rest.length} more`]
  return `What iteration 2.1 learns from, ${all.toLocaleString('en')} melodies: ${inWords.format([...named, ...others])}.`
}

/** The scales that the melodies of the general corpus stand in most often. */
export function scalesSentence(scales: readonly number[]): string {
  const all = scales.reduce((sum, count) => sum + count, 0)
  const most = [...scales.entries()].toSorted(([, a], [, b]) => b - a).slice(0, SCALES)
  const named = most.map(([n, count]) => `${itemAt(MAJOR_SCALES, n)} (${percent(count / all)})`)
  return `Most stand in the notes of ${inWords.format(named)} major or its modes.`
}

/** What is typical of the melodies people wrote, general and of the style, by the medians of their measures; none where they were not measured. */
export function typicalSentences({ metrics, motion }: Pick<MusicalReport, 'metrics' | 'motion'>): string[] {
  const [general, style] = [typical(metrics, 'human general'), typical(metrics, 'human style')]
  if (general === null) return []
  const first =
    `A typical general melody spans ${decimal(general.pitchRange)} half steps and has ${decimal(general.noteDensity)} notes per quarter. ` +
    `${percent(general.stepwiseShare)} of its moves are steps, ${percent(general.samePitchShare)} repeat the pitch and ${percent(general.leapShare)} are leaps of a sixth or so; ` +
    `${percent(general.diatonicShare)} of its notes belong to one scale.`
  if (style === null) return [first]
  const [own, other] = (['human style', 'human general'] as const).map((set) => tritones(motion, set))
  const tense =
    own === undefined || other === undefined
      ? ''
      : ` Tritones are ${perThousand(own)} of its moves, in general melodies ${perThousand(other)}.`
  const second =
    `A typical melody of the style spans ${decimal(style.pitchRange)} half steps and has ${decimal(style.noteDensity)} notes per quarter; ` +
    `${percent(style.stepwiseShare)} of its moves are steps, and ${percent(style.diatonicShare)} of its notes belong to one scale.${tense}`
  return [first, second]
}

const MEASURES = ['pitchRange', 'noteDensity', 'stepwiseShare', 'samePitchShare', 'leapShare', 'diatonicShare'] as const
type Typical = Readonly<Record<(typeof MEASURES)[number], number>>

/** The median of each measure; null where one is missing. */
function typical(metrics: MusicalReport['metrics'], set: SetName): Typical | null {
  const median = (id: string): number => metrics.find((each) => each.id === id)?.sets[set]?.percentiles[2] ?? NaN
  const medians = recordOf(MEASURES, median)
  return Object.values(medians).some(Number.isNaN) ? null : medians
}

const TRITONE = 6
const perThousand = (share: number): string => `${Math.round(1000 * share)} in 1,000`
const tritones = (motion: MusicalReport['motion'], set: SetName): number | undefined =>
  motion.find((each) => each.set === set)?.shares[TRITONE] ?? undefined
