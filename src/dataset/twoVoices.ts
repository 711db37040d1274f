import type { PassageRules, VoiceRules } from '../config/passageRules.ts'
import { type Melody, cleanEvents } from '../melody/melody.ts'
import { sha256 } from '../support/files.ts'
import { tally } from '../support/text/tally.ts'
import type { MelodyRow, Split } from './dataset.ts'
import { soundingPitches } from './soundingPitches.ts'
import { itemAt } from '../support/itemAt.ts'
import { both } from '../support/both.ts'

/** Two voices of one file that sound together, step by step. */
export interface TwoVoicePassage {
  /** `<path>/<n>+<m>`: the numbers of its melodies in their file. */
  readonly id: string
  readonly path: string
  readonly family: string
  readonly split: Split
  readonly stepsPerBar: number
  /** Events of the voice that is higher on average, and of the other one; as many. */
  readonly upper: readonly number[]
  readonly lower: readonly number[]
}

/**
 * The passages of a data set, at most `rules.perFile` per file: of the pairs of tracks that sound together, in the order of the
 * sha256 of their names, the first that the rules take. Each lies on the side of its file's family; a training passage holds no
 * melody that another file holds out.
 * @param melodies of whole files, in the order of the data set.
 */
export function twoVoicePassages(melodies: readonly MelodyRow[], rules: PassageRules): TwoVoicePassage[] {
  const heldOut = new Set(melodies.filter(({ split }) => split !== 'train').map((row) => row.canonicalHash))
  const isFree = ({ split, canonicalHash }: MelodyRow): boolean => split !== 'train' || !heldOut.has(canonicalHash)
  return filesOf(melodies).flatMap((rows) => {
    const pairs = stretchesOf(rows)
      .map((stretch) => stretch.filter(isFree))
      .flatMap(pairsOf)
    return firstPassages(pairs.map(named), rules)
  })
}

/** The rows of each file: those of one file follow each other. */
function filesOf(melodies: readonly MelodyRow[]): MelodyRow[][] {
  const files: MelodyRow[][] = []
  for (const row of melodies) {
    if (files.at(-1)?.[0]?.path === row.path) itemAt(files, -1).push(row)
    else files.push([row])
  }
  return files
}

/**
 * A file's rows stretch by stretch: where the metre or tempo changes, time starts again at 0. Within a stretch rows are in order of
 * instrument and start, so that a row out of that order, or in another metre, begins the next one.
 */
function stretchesOf(rows: readonly MelodyRow[]): MelodyRow[][] {
  const stretches: MelodyRow[][] = []
  for (const row of rows) {
    const before = stretches.at(-1)?.at(-1)
    if (before !== undefined && follows(before, row)) itemAt(stretches, -1).push(row)
    else stretches.push([row])
  }
  return stretches
}

function follows(before: MelodyRow, row: MelodyRow): boolean {
  if (row.stepsPerBar !== before.stepsPerBar) return false
  return row.instrument > before.instrument || (row.instrument === before.instrument && row.startStep >= before.endStep)
}

/** Melodies of different tracks that overlap, in order. */
export function pairsOf<M extends Melody>(melodies: readonly M[]): [M, M][] {
  return melodies.flatMap((a, n) =>
    melodies
      .slice(n + 1)
      .filter((b) => b.instrument !== a.instrument && overlap(a, b) > 0)
      .map((b): [M, M] => [a, b]),
  )
}

const overlap = (a: Melody, b: Melody): number => Math.min(a.endStep, b.endStep) - Math.max(a.startStep, b.startStep)

interface NamedPair {
  readonly id: string
  readonly pair: readonly [MelodyRow, MelodyRow]
}

const numberOf = ({ id, path }: MelodyRow): string => id.slice(path.length + 1)
const named = (pair: readonly [MelodyRow, MelodyRow]): NamedPair => ({
  id: `${pair[0].path}/${pair.map(numberOf).join('+')}`,
  pair,
})

function firstPassages(pairs: readonly NamedPair[], rules: PassageRules): TwoVoicePassage[] {
  const ranked = pairs.map((each) => ({ ...each, rank: sha256(each.id) })).sort((a, b) => (a.rank < b.rank ? -1 : 1))
  const found: TwoVoicePassage[] = []
  for (const { id, pair } of ranked) {
    if (found.length === rules.perFile) break
    const voices = firstPassage(...pair, rules)
    const { path, family, split } = pair[0]
    if (voices !== null) found.push({ id, path, family, split, ...voices })
  }
  return found
}

/** Two voices of one length, the higher one first. */
export type Voices = Pick<TwoVoicePassage, 'upper' | 'lower' | 'stepsPerBar'>

/**
 * The first whole bars in which both melodies sound and the rules hold: `rules.bars` of them, or all that both have where that is
 * less, but no fewer than `rules.leastBars`. Null if there are none.
 */
export function firstPassage(
  a: Melody,
  b: Melody,
  rules: VoiceRules & Pick<PassageRules, 'bars' | 'leastBars'>,
): Voices | null {
  const { stepsPerBar } = a
  const end = Math.min(a.endStep, b.endStep)
  const first = Math.ceil(Math.max(a.startStep, b.startStep) / stepsPerBar) * stepsPerBar
  const bars = Math.min(rules.bars, Math.floor((end - first) / stepsPerBar))
  if (bars < rules.leastBars) return null
  const steps = bars * stepsPerBar
  for (let start = first; start + steps <= end; start += stepsPerBar) {
    const [one, other] = both([a, b], (melody) => excerpt(melody, start, steps))
    if (!goTheirOwnWay(one, other, rules)) continue
    const isUpper = meanPitch(one) >= meanPitch(other)
    return { upper: isUpper ? one : other, lower: isUpper ? other : one, stepsPerBar }
  }
  return null
}

/** A note that began before the excerpt is left out. */
const excerpt = ({ events, startStep }: Melody, from: number, steps: number): number[] =>
  cleanEvents(events.slice(from - startStep, from - startStep + steps))

/** Mean pitch of the notes. */
export const meanPitch = (events: readonly number[]): number => {
  const pitches = events.filter((event) => event >= 0)
  return pitches.reduce((sum, pitch) => sum + pitch, 0) / pitches.length
}

/** Whether two voices make a passage: enough notes in each, together for most of it, and neither doubles the other. */
export function goTheirOwnWay(one: readonly number[], other: readonly number[], rules: VoiceRules): boolean {
  if (![one, other].every((events) => isVaried(events, rules))) return false
  const [a, b] = both([one, other], soundingPitches)
  const intervals = a.flatMap((pitch, step) => {
    const second = b[step]
    return pitch === null || second === null || second === undefined ? [] : [Math.abs(pitch - second)]
  })
  const doubled = intervals.filter((interval) => interval % 12 === 0).length
  const begun = one.filter((event, step) => event >= 0 || (other[step] ?? -2) >= 0).length
  const begunTogether = one.filter((event, step) => event >= 0 && (other[step] ?? -2) >= 0).length
  return (
    intervals.length >= rules.together * one.length &&
    doubled <= rules.doubled * intervals.length &&
    begunTogether <= rules.sameRhythm * begun
  )
}

function isVaried(events: readonly number[], { notes, pitches }: VoiceRules): boolean {
  const own = events.filter((event) => event >= 0)
  return own.length >= notes && new Set(own).size >= pitches
}

/** How many passages there are, on each side, in how many files and families. */
export interface PassageCounts {
  readonly passages: Readonly<Record<Split, number>>
  readonly files: number
  readonly families: number
  /** Steps of the training passages. */
  readonly trainingSteps: number
}

/** Counts passages. */
export function countPassages(passages: readonly TwoVoicePassage[]): PassageCounts {
  const distinct = (values: readonly string[]): number => new Set(values).size
  return {
    passages: { train: 0, validation: 0, test: 0, ...tally(passages, ({ split }) => split) },
    files: distinct(passages.map(({ path }) => path)),
    families: distinct(passages.map(({ family }) => family)),
    trainingSteps: passages.reduce((sum, { split, upper }) => sum + (split === 'train' ? upper.length : 0), 0),
  }
}
