import { DEFAULT_EXTRACTION, scoreToMelodies } from '../dataset/scoreToMelodies.ts'
import type { PrimerSource } from '../results/sidecar.ts'
import { extractMelodies } from '../melody/extractMelodies.ts'
import { type Melody, melodyFromEvents } from '../melody/melody.ts'
import { melodyToNoteSequence } from '../melody/melodyToNoteSequence.ts'
import type { NoteSequence, QuantizedNote } from '../score/noteSequence.ts'
import { quantize, quantizeToStep } from '../score/quantize.ts'
import { type MetreSpan, scoreBars, type ScoreBars } from '../score/scoreBars.ts'
import { splitOnTimeChanges } from '../score/splitOnTimeChanges.ts'
import { MAX_STEPS } from '../config/limits.ts'
import { type Metre, PRIMER_BARS, PrimerError, type PrimerMelody, primerOfScore } from './primers.ts'
import { counted } from '../support/text/counted.ts'
import { printable } from '../support/text/printable.ts'
import { itemAt } from '../support/itemAt.ts'

/** First and last bar of a stretch, counted from 1. */
export interface BarRange {
  readonly first: number
  readonly last: number
}

/** Which part of a score a person wants; what is absent is chosen for them. */
export interface PrimerChoice {
  /** Its number in what `cantus melodies` lists, from 1. */
  readonly melody?: number
  /** The instrument's number, from 0, as `cantus inspect` shows it. */
  readonly track?: number
  /** Bars of the score. */
  readonly bars?: BarRange
  /** All of a melody where no bars are named, instead of its first four. */
  readonly whole?: boolean
}

/** The chosen part of a file. */
export interface ChosenPrimer {
  readonly primer: PrimerMelody
  readonly taken: Omit<PrimerSource, 'file' | 'sha256'>
  /** What was taken, of what, and what was left out, as the end of a sentence. */
  readonly remark: string
  /** Nothing was asked for and nothing left out. */
  readonly isWhole: boolean
  /** What else the score could be asked for. */
  readonly others: OtherChoices
}

/** Whether a score has more of what a person can choose by. */
export interface OtherChoices {
  /** A second melody in what `cantus melodies` lists. */
  readonly melodies: boolean
  /** Another track than the drums. */
  readonly tracks: boolean
  /** Bars that were not taken. */
  readonly bars: boolean
}

type Found = Omit<ChosenPrimer, 'others'>

/** A melody of a score as `cantus melodies` lists it. */
export interface ListedMelody {
  readonly number: number
  readonly melody: Melody
  readonly bars: BarRange
  readonly qpm: number
  readonly metre: Metre
}

const STEPS_PER_QUARTER = 4
/** At most this many melodies, tracks or stretches are named in an error. */
const MOST_NAMED = 8

/**
 * The primer that a score gives: the first four bars of its first melody, unless a melody, a track or bars are asked for.
 * Melodies are those of `cantus melodies`; a score, or a track, without any gives the first four bars from its first note, of
 * notes that start together the highest. Bars may hold changes of tempo, but only one metre. Runs in a browser.
 * @throws PrimerError naming what there is instead of what was asked for.
 */
export function choosePrimer(score: NoteSequence, choice: PrimerChoice, appendix: boolean): ChosenPrimer {
  if (!score.notes.some(({ isDrum }) => !isDrum)) throw new PrimerError('it has no notes: use a file with a melody')
  const bars = scoreBars(score)
  const mostBars = choice.whole === true ? Infinity : PRIMER_BARS
  const search: Search = { score, bars, grid: gridOf(score, bars), listed: listMelodies(score), appendix, mostBars }
  const found = findPrimer(search, choice)
  return { ...found, others: otherChoices(search, found.taken) }
}

function findPrimer(search: Search, choice: PrimerChoice): Found {
  if (choice.melody !== undefined) return chosenMelody(search, choice, choice.melody)
  checkTrack(search, choice.track)
  if (choice.bars !== undefined) return chosenBars(search, choice.bars, choice.track)
  const first = search.listed.find(({ melody }) => choice.track === undefined || melody.instrument === choice.track)
  return first === undefined ? firstNotes(search, choice.track) : opening(search, first)
}

function otherChoices({ score, bars, listed }: Search, { bars: [first, last] }: Found['taken']): OtherChoices {
  const tracks = new Set(score.notes.filter(({ isDrum }) => !isDrum).map(({ instrument }) => instrument))
  return { melodies: listed.length > 1, tracks: tracks.size > 1, bars: bars.count > last - first + 1 }
}

interface Search {
  readonly score: NoteSequence
  readonly bars: ScoreBars
  /** All notes, in sixteenths from the start of the score. */
  readonly grid: readonly QuantizedNote[]
  readonly listed: readonly ListedMelody[]
  readonly appendix: boolean
  /** Bars that are taken of a melody where none are named. */
  readonly mostBars: number
}

/** The melodies of a score in the order, and with the numbers, of `cantus melodies`. */
export function listMelodies(score: NoteSequence): ListedMelody[] {
  const bars = scoreBars(score)
  const parts = splitOnTimeChanges(score)
  const found = scoreToMelodies(score, DEFAULT_EXTRACTION).flatMap(({ melodies, startTimeOffset }, n) =>
    melodies.map((melody) => ({ melody, part: parts[n], firstBar: bars.barAt(startTimeOffset) })),
  )
  return found.map(({ melody, part, firstBar }, index) => {
    const { numerator, denominator } = part?.timeSignatures[0] ?? { numerator: 4, denominator: 4 }
    return {
      number: index + 1,
      melody,
      bars: melodyBars(melody, firstBar),
      qpm: part?.tempos[0]?.qpm ?? 120,
      metre: { numerator, denominator },
    }
  })
}

/** The bars of the score a melody lies in; `firstBar` is where its part begins, a fraction within a bar. */
export function melodyBars({ startStep, endStep, stepsPerBar }: Melody, firstBar: number): BarRange {
  const barOf = (step: number): number => Math.floor(firstBar + step / stepsPerBar + 1e-6)
  return { first: barOf(startStep), last: barOf(Math.max(startStep, endStep - 1)) }
}

function chosenMelody(search: Search, { track, bars }: PrimerChoice, number: number): Found {
  const { listed } = search
  if (track !== undefined)
    throw new PrimerError(`melody ${number} already has a track: leave out the number or --track ${track}`)
  const found = listed.find((each) => each.number === number)
  if (found === undefined) throw new PrimerError(noSuchMelody(listed, number))
  if (bars === undefined) return opening(search, found)
  if (bars.first < found.bars.first || bars.last > found.bars.last) {
    const where = `melody ${number} lies in bars ${shown(found.bars)}, and bars ${shown(bars)} do not`
    throw new PrimerError(`${where}: choose some of those bars, or leave out the number`)
  }
  const { instrument } = found.melody
  return { ...window(search, bars, instrument), taken: takenOf(bars, instrument, number) }
}

function noSuchMelody(listed: readonly ListedMelody[], number: number): string {
  if (listed.length === 0) return `it has no melodies (cantus melodies says why): choose --track and --bars`
  const named = listed
    .slice(0, MOST_NAMED)
    .map((each) => `${each.number} (track ${each.melody.instrument}, bars ${shown(each.bars)})`)
  const rest = listed.length > named.length ? ` … (cantus melodies lists all)` : ''
  return `it has no melody ${number}; it has ${counted(listed.length, 'melody', 'melodies')}: ${named.join(', ')}${rest}`
}

/** The first bars of a melody of the list. */
function opening(
  { score, listed, appendix, mostBars }: Search,
  { number, melody, bars, qpm, metre }: ListedMelody,
): Found {
  const { stepsPerBar, instrument } = melody
  const events = melody.events.slice(0, mostBars * stepsPerBar)
  const taken = { first: bars.first, last: Math.min(bars.last, bars.first + mostBars - 1) }
  return {
    primer: primerOfMelody(melodyFromEvents(events, { stepsPerBar }), { qpm, metre, appendix }),
    taken: takenOf(taken, instrument, number),
    remark: `${barsText(taken)} of melody ${number} of ${listed.length}, ${trackText(score, instrument)}`,
    isWhole: false,
  }
}

interface Played {
  readonly qpm: number
  readonly metre: Metre
  readonly appendix: boolean
}

function primerOfMelody(melody: Melody, { qpm, metre, appendix }: Played): PrimerMelody {
  return primerOfScore(melodyToNoteSequence(melody, { qpm, timeSignature: metre }), appendix)
}

const takenOf = ({ first, last }: BarRange, track: number, melody?: number): Found['taken'] => {
  return { ...(melody === undefined ? {} : { melody }), track, bars: [first, last] }
}

/** @throws PrimerError for a track that is not there, or is drums alone. */
function checkTrack({ score }: Search, track: number | undefined): void {
  if (track === undefined) return
  const own = score.notes.filter(({ instrument }) => instrument === track)
  if (own.length === 0) {
    const tracks = [...new Set(score.notes.map(({ instrument }) => instrument))].sort((a, b) => a - b)
    const last = itemAt(tracks, -1)
    const are = tracks.length === last + 1 && last > 0 ? `0 to ${last}` : tracks.slice(0, MOST_NAMED).join(', ')
    throw new PrimerError(`it has no track ${track}; its tracks are ${are} (cantus inspect shows them)`)
  }
  if (own.every(({ isDrum }) => isDrum)) throw new PrimerError(`track ${track} is drums: choose a track with a melody`)
}

function chosenBars(search: Search, range: BarRange, track: number | undefined): Found {
  const { bars, listed, grid } = search
  if (range.last > bars.count)
    throw new PrimerError(
      `it has ${counted(bars.count, 'bar')}, and --bars ${shown(range)} is past its end: choose from 1 to ${bars.count}`,
    )
  if (track !== undefined) return window(search, range, track)
  const sounding = listed.find((each) => each.bars.first <= range.last && each.bars.last >= range.first)
  if (sounding !== undefined) return window(search, range, sounding.melody.instrument)
  const { startStep, endStep } = stepsOf(range, bars)
  const inside = grid.filter((note) => !note.isDrum && note.startStep >= startStep && note.startStep < endStep)
  const first = inside.reduce((least, { instrument }) => Math.min(least, instrument), Infinity)
  if (first === Infinity) throw new PrimerError(`no note begins in ${barsText(range)}: choose other bars`)
  return window(search, range, first)
}

/** A stretch of bars of one track. */
function window(search: Search, range: BarRange, track: number): Found {
  const { score, bars, grid, appendix } = search
  const span = checkMetre(range, bars)
  const { startStep, endStep } = stepsOf(range, bars)
  if (endStep - startStep > MAX_STEPS)
    throw new PrimerError(`${barsText(range)} have ${endStep - startStep} steps (at most ${MAX_STEPS}): choose fewer`)
  const own = grid.filter(({ instrument, isDrum }) => instrument === track && !isDrum)
  const inside = own.filter((note) => note.startStep >= startStep && note.startStep < endStep)
  if (inside.length === 0) throw new PrimerError(silence(own, range, { track, bars }))
  const notes = inside.map((note) => {
    return { ...note, startStep: note.startStep - startStep, endStep: Math.min(note.endStep, endStep) - startStep }
  })
  const melody = topLine(score, notes, span)
  const qpm = bars.qpmAt(bars.startOf(range.first))
  return {
    primer: primerOfMelody(melody, { qpm, metre: span.metre, appendix }),
    taken: takenOf(range, track),
    remark: `${barsText(range)} of ${trackText(score, track)}${chordsRemark(notes)}`,
    isWhole: false,
  }
}

/** The line of the highest notes, from the bar of the first one. */
function topLine(score: NoteSequence, notes: readonly QuantizedNote[], { metre, quartersPerBar }: MetreSpan): Melody {
  const stepsPerBar = quartersPerBar * STEPS_PER_QUARTER
  const options = { minBars: 0, minPitches: 1, gapBars: Infinity, ignorePolyphonic: true }
  const totalSteps = notes.reduce((end, { endStep }) => Math.max(end, endStep), 0)
  const grid = { stepsPerQuarter: STEPS_PER_QUARTER, stepsPerBar, totalSteps, notes }
  const timeSignatures = [{ timeSeconds: 0, ...metre }]
  const { melodies } = extractMelodies({ ...score, timeSignatures, ...grid }, options)
  const { events } = itemAt(melodies, 0) // there is a note to begin with, and nothing that would reject it
  return melodyFromEvents(events, { stepsPerBar })
}

/** @throws PrimerError where the bars have two metres, or one without whole sixteenths per bar. */
function checkMetre({ first, last }: BarRange, bars: ScoreBars): MetreSpan {
  const span = bars.spanOf(first)
  const other = bars.spanOf(last)
  if (other !== span) {
    const next = itemAt(bars.spans, bars.spans.indexOf(span) + 1)
    const halves = `${shown({ first, last: next.firstBar - 1 })} or ${shown({ first: next.firstBar, last })}`
    const change = `from ${metreText(span.metre)} to ${metreText(next.metre)} in bar ${next.firstBar}`
    throw new PrimerError(`the metre changes ${change}: choose --bars ${halves}`)
  }
  const stepsPerBar = span.quartersPerBar * STEPS_PER_QUARTER
  if (Number.isInteger(stepsPerBar)) return span
  throw new PrimerError(
    `a bar of ${metreText(span.metre)} has ${stepsPerBar} sixteenths: choose bars in a metre with whole sixteenths per bar`,
  )
}

function silence(own: readonly QuantizedNote[], range: BarRange, where: { track: number; bars: ScoreBars }): string {
  const { track, bars } = where
  const { endStep } = stepsOf(range, bars)
  const starts = own.map(({ startStep }) => startStep).sort((a, b) => a - b)
  const next = starts.find((step) => step >= endStep) ?? starts.at(-1) ?? 0
  return `no note of track ${track} begins in ${barsText(range)}; one does in bar ${barOfStep(next, bars)}`
}

/** A score, or a track of it, from which no melody is taken: its first bars from its first note on. */
function firstNotes(search: Search, asked: number | undefined): Found {
  const { score, bars, grid, appendix, mostBars } = search
  const line = grid.filter(({ isDrum, instrument }) => !isDrum && (asked ?? instrument) === instrument)
  const track = line.reduce((least, { instrument }) => Math.min(least, instrument), Infinity)
  const own = line.filter(({ instrument }) => instrument === track)
  const first = barOfStep(firstStepOf(own), bars)
  const range = { first, last: Math.min(bars.count, lastBarOf(bars.spanOf(first), bars), first + mostBars - 1) }
  checkMetre(range, bars)
  const [part, ...others] = splitOnTimeChanges(score)
  if (part === undefined || others.length > 0 || range.last < bars.count) return window(search, range, track)
  // A short file is a primer as it is, to the end of its last note: so Magenta's command line takes it.
  const voices = new Set(line.map(({ instrument }) => instrument)).size
  const chords = chordsRemark(own)
  const notes = score.notes.filter(({ instrument }) => instrument === track)
  const totalSeconds = notes.reduce((end, { endSeconds }) => Math.max(end, endSeconds), 0)
  return {
    primer: primerOfScore(asked === undefined ? part : { ...part, notes, totalSeconds }, appendix),
    taken: takenOf(range, track),
    remark: `${trackText(score, track)}${voices > 1 ? ` of ${voices} tracks` : ''}${chords}`,
    isWhole: asked === undefined && voices === 1 && chords === '',
  }
}

/** A track by its number and, where the score has names, its name. */
const trackText = ({ instrumentNames }: NoteSequence, track: number): string => {
  const name = instrumentNames?.[track]
  return `track ${track}${name === undefined ? '' : ` (${printable(name)})`}`
}

const firstStepOf = (notes: readonly QuantizedNote[]): number =>
  notes.reduce((least, { startStep }) => Math.min(least, startStep), Infinity)

/**
 * The notes on the sixteenths of the score, in steps from its start. A score of one tempo is put on the grid as everywhere
 * else; of one with changes, the quarter notes count and the seconds do not.
 */
function gridOf(score: NoteSequence, bars: ScoreBars): readonly QuantizedNote[] {
  const [part, ...others] = splitOnTimeChanges(score)
  if (part !== undefined && others.length === 0) return quantize(part, STEPS_PER_QUARTER).notes
  const stepAt = (seconds: number): number => quantizeToStep(bars.quartersAt(seconds), STEPS_PER_QUARTER)
  return score.notes.map((note) => {
    const startStep = stepAt(note.startSeconds)
    return { ...note, startStep, endStep: Math.max(startStep + 1, stepAt(note.endSeconds)) }
  })
}

function stepsOf({ first, last }: BarRange, bars: ScoreBars): { startStep: number; endStep: number } {
  const stepAt = (quarters: number): number => quantizeToStep(quarters, STEPS_PER_QUARTER)
  const span = bars.spanOf(last)
  const end = span.startQuarters + (last + 1 - span.firstBar) * span.quartersPerBar
  return { startStep: stepAt(bars.startOf(first)), endStep: stepAt(end) }
}

function barOfStep(step: number, { spans }: ScoreBars): number {
  const span =
    spans.findLast(({ startQuarters }) => startQuarters * STEPS_PER_QUARTER <= step + 0.5) ?? itemAt(spans, 0)
  const steps = Math.max(0, step - span.startQuarters * STEPS_PER_QUARTER)
  return span.firstBar + Math.floor((steps + 1e-6) / (span.quartersPerBar * STEPS_PER_QUARTER))
}

/** The last bar of a metre: the one before the next metre, or the last of the score. */
function lastBarOf(span: MetreSpan, { spans, count }: ScoreBars): number {
  const next = spans[spans.indexOf(span) + 1]
  return next === undefined ? count : next.firstBar - 1
}

/** Says what becomes of notes that start together. */
function chordsRemark(notes: readonly QuantizedNote[]): string {
  const starts = new Set(notes.map(({ startStep }) => startStep))
  return starts.size === notes.length ? '' : ', of notes that start together the highest'
}

const shown = ({ first, last }: BarRange): string => (first === last ? `${first}` : `${first}-${last}`)
const barsText = (range: BarRange): string => `${range.first === range.last ? 'bar' : 'bars'} ${shown(range)}`
const metreText = ({ numerator, denominator }: Metre): string => `${numerator}/${denominator}`
