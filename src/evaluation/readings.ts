import { isInMode, MODES, type Mode } from './musical/keys.ts'
import { METRICS, type MetricId } from './musical/metrics.ts'
import { type Piece, pieceOf } from './musical/piece.ts'
import { type Return, returningFigures } from './musical/returns.ts'
import type { MelodyNote } from '../melody/melody.ts'
import { pitchClassName, pitchName } from '../melody/pitchName.ts'
import type { MetricSpread } from '../results/musicalReport.ts'
import { itemAt } from '../support/itemAt.ts'
import { isOneOf } from '../support/records.ts'
import { counted } from '../support/text/counted.ts'

/** A melody that is read: what was given, and what was added to it. */
export interface ReadMelody {
  readonly events: readonly number[]
  /** Steps at the front that were given. */
  readonly primerSteps: number
  readonly stepsPerBar: number
  /** Home of what was given: a pitch class, and the mode on it. */
  readonly tonic: number
  readonly mode: string
}

/** A part of a sentence: words, or a bar (counted from 1) that a page lets sound. */
export type ReadingPart = string | { readonly bar: number }

/** Something that can be said of a continuation, in one sentence made from a measure. */
export interface Remark {
  readonly metric: MetricId
  readonly value: number
  /** How far the measure lies from people's: its distance to their median, in units of their spread (5th to 95th percentile). */
  readonly distance: number
  /** Ways to say it, without a subject: the first that no other remark of the page has used opens the sentence. */
  readonly phrases: readonly Phrase[]
}

/** What comes after the subject, and the words that it opens with. */
export interface Phrase {
  readonly opening: string
  readonly parts: readonly ReadingPart[]
}

/** What is usual of each measure. */
export type Reference = Readonly<Record<MetricId, Pick<MetricSpread, 'percentiles'>>>

/** What every remark looks at: the melody, its notes, what was added, and that by bars. */
interface Looked {
  readonly melody: ReadMelody
  readonly whole: Piece
  readonly added: readonly MelodyNote[]
  readonly bars: readonly BarOfNotes[]
}

interface BarOfNotes {
  readonly bar: number
  readonly notes: readonly MelodyNote[]
}

type Say = (looked: Looked) => readonly (readonly ReadingPart[])[]

const bar = (number: number): ReadingPart => ({ bar: number })
const barOfStep = (step: number, { melody }: Looked): number => Math.floor(step / melody.stepsPerBar) + 1

/** What is measured, of the whole melody or of what was added, and how it is said; the order decides between equal distances. */
const SPOKEN: readonly { readonly metric: MetricId; readonly of: 'whole' | 'added'; readonly say: Say }[] = [
  { metric: 'barSimilarity4', of: 'whole', say: sayReturn },
  { metric: 'modeShare', of: 'added', say: sayKey },
  { metric: 'stepwiseShare', of: 'added', say: sayMotion },
  { metric: 'noteDensity', of: 'added', say: sayDensity },
  { metric: 'longestSamePitchRun', of: 'added', say: sayRun },
  { metric: 'pitchRange', of: 'added', say: sayRange },
  { metric: 'grooveSimilarity', of: 'added', say: sayRhythm },
  { metric: 'leadingNoteResolution', of: 'added', say: sayLeading },
  { metric: 'stillTail', of: 'added', say: sayEnd },
]

/** The measures of a melody that readings are made from; NaN where one is not defined. */
export function readMeasures({ events, primerSteps, stepsPerBar, tonic }: ReadMelody): Record<MetricId, number> {
  const pieces = { whole: pieceOf(events, { stepsPerBar }), added: pieceOf(events, { stepsPerBar, from: primerSteps }) }
  return Object.fromEntries(
    SPOKEN.map(({ metric, of }) => {
      const measure = METRICS.find(({ id }) => id === metric)
      return [metric, measure?.of(pieces[of], { tonic, primer: null }) ?? NaN]
    }),
  )
}

/** What can be said of a continuation, the measure furthest from people's first; where it has no notes, that alone. */
export function remarks(melody: ReadMelody, human: Reference): Remark[] {
  const whole = pieceOf(melody.events, { stepsPerBar: melody.stepsPerBar })
  const added = whole.notes.filter(({ startStep }) => startStep >= melody.primerSteps)
  const first = Math.floor(melody.primerSteps / melody.stepsPerBar) + 1
  if (added.length === 0) {
    const phrases = SILENT.map((words) => phraseOf([words, bar(first), ' on']))
    return [{ metric: 'noteDensity', value: 0, distance: Infinity, phrases }]
  }
  const last = Math.ceil(whole.steps / melody.stepsPerBar)
  const bars = Array.from({ length: last - first + 1 }, (_, n): BarOfNotes => {
    const isHere = ({ startStep }: MelodyNote): boolean => Math.floor(startStep / melody.stepsPerBar) + 1 === first + n
    return { bar: first + n, notes: added.filter(isHere) }
  })
  const measures = readMeasures(melody)
  const looked = { melody, whole, added, bars }
  return SPOKEN.flatMap(({ metric, say }): Remark[] => {
    const value = measures[metric] ?? NaN
    const distance = distanceTo(human[metric], value)
    if (Number.isNaN(distance)) return []
    const phrases = say(looked).map(phraseOf)
    return phrases.length === 0 ? [] : [{ metric, value, distance, phrases }]
  }).toSorted((a, b) => b.distance - a.distance)
}

const SILENT = ['adds nothing: silence from ', 'keeps silent from ', 'leaves everything empty from ']

/** Distance to the median in units of the spread; a spread of nothing makes every difference a whole unit. */
function distanceTo(human: Pick<MetricSpread, 'percentiles'> | undefined, value: number): number {
  if (human === undefined) return NaN
  const [low, , median, , high] = human.percentiles
  return high > low ? Math.abs(value - median) / (high - low) : Math.sign(Math.abs(value - median))
}

const OPENING_WORDS = 3
/** What differs between two uses of one way to say it: pitches and keys, and numbers. */
const FILLED_IN = /(?<!\p{L})[A-G][♯♭]?\d?(?![\p{L}\d])|\d+/gu

function phraseOf(parts: readonly ReadingPart[]): Phrase {
  const words = parts.map((part) => (typeof part === 'string' ? part : 'bar')).join('')
  return { opening: words.replace(FILLED_IN, '–').split(' ').slice(0, OPENING_WORDS).join(' '), parts }
}

/** A reading: at most three sentences, each of its own opening. */
export type Reading = readonly (readonly ReadingPart[])[]

/** Sentences of a reading. */
const MOST_SENTENCES = 3

/**
 * Reads several melodies of one page: no two sentences of it open alike, so a remark that can only be said as another was gives way
 * to the next. Each melody says its first before any says its second.
 */
export function readingsOf(melodies: readonly (readonly Remark[])[], most = MOST_SENTENCES): Reading[] {
  const used = new Set<string>()
  const readings = melodies.map((remarks) => ({ left: [...remarks], said: new Array<readonly ReadingPart[]>() }))
  for (let round = 0; round < most; round++) {
    for (const { left, said } of readings) {
      const isFree = ({ opening }: Phrase): boolean => !used.has(opening)
      const place = left.findIndex(({ phrases }) => phrases.some(isFree))
      const phrase = left[place]?.phrases.find(isFree)
      if (phrase === undefined) continue
      used.add(phrase.opening)
      said.push(phrase.parts)
      left.splice(0, place + 1)
    }
  }
  return readings.map(({ said }) => said)
}

/** Notes of a return that is worth a sentence. */
const TOLD_NOTES = 4

function sayReturn(looked: Looked): ReadingPart[][] {
  const { whole, added } = looked
  const all = returningFigures(whole, whole.notes.length - added.length)
  const longest = all.reduce<Return | null>((best, each) => (each.notes > (best?.notes ?? 0) ? each : best), null)
  const [first, last] = [bar(looked.bars[0]?.bar ?? 1), bar(looked.bars.at(-1)?.bar ?? 1)]
  if (longest === null || longest.notes < TOLD_NOTES)
    return [
      ['brings nothing back: from ', first, ' on, no figure of four notes was heard before'],
      ['never looks back: ', first, ' to ', last, ' are all new'],
      ['forgets what it heard: nothing from before ', first, ' returns'],
      ['goes somewhere new in every bar from ', first, ' to ', last],
    ]
  const place = (note: number): ReadingPart => bar(barOfStep(itemAt(whole.notes, note).startStep, looked))
  const [from, to] = [place(longest.from), place(longest.to)]
  const where = transposedWords(longest.transposed)
  const size = `${longest.notes} notes`
  return [
    ['brings ', from, ' back in ', to, where],
    [`repeats ${size} of `, from, ' in ', to, where],
    ['takes up ', from, ' again in ', to, `, for ${size}`, where],
    ['remembers: ', to, ` has ${size} of `, from, where],
    ['returns to ', from, ' in ', to, `, for ${size}`],
  ]
}

const INTERVALS = ['a semitone', 'a tone', 'a minor third', 'a third', 'a fourth', 'a tritone', 'a fifth', 'a minor sixth', 'a sixth', 'a minor seventh', 'a seventh', 'an octave'] // prettier-ignore

function transposedWords(semitones: number): string {
  if (semitones === 0) return ''
  const size = INTERVALS[Math.abs(semitones) - 1] ?? 'more than an octave'
  return `, ${size} ${semitones > 0 ? 'higher' : 'lower'}`
}

/** Share of foreign notes from which on a key is called lost. */
const LOST = 0.1

function sayKey(looked: Looked): ReadingPart[][] {
  const { tonic, mode } = looked.melody
  const scale = modeOf(mode)
  const key = `${pitchClassName(tonic)} ${keyWord(mode)}`
  const isForeign = ({ pitch }: MelodyNote): boolean => !isInMode(pitch, tonic, scale)
  const foreign = looked.added.filter(isForeign)
  const last = bar(looked.bars.at(-1)?.bar ?? 1)
  if (foreign.length === 0)
    return [
      [`keeps to ${key} up to `, last],
      [`stays in ${key}: not one foreign note before the end of `, last],
      [`never leaves ${key}, `, last, ' included'],
    ]
  const count = ({ notes }: BarOfNotes): number => notes.filter(isForeign).length
  const worst = bar(looked.bars.reduce((most, each) => (count(each) > count(most) ? each : most)).bar)
  const share = `${Math.round((100 * foreign.length) / looked.added.length)}% of its notes`
  const first = bar(barOfStep(itemAt(foreign, 0).startStep, looked))
  if (foreign.length / looked.added.length >= LOST)
    return [
      ['loses the key in ', first, `: ${share} are not of ${key}`],
      [`drifts out of ${key} from `, first, ' on, furthest in ', worst],
      [`wanders off: ${share} lie outside ${key}, most of them in `, worst],
    ]
  return [
    [`steps out of ${key} in `, first],
    [`colours ${key} with a foreign note in `, worst],
    [`leaves ${key} for a moment in `, first],
  ]
}

const modeOf = (mode: string): Mode => {
  if (isOneOf(MODES, mode)) return mode
  return mode === 'minor' ? 'aeolian' : 'ionian'
}

function keyWord(mode: string): string {
  if (mode === 'ionian') return 'major'
  return mode === 'aeolian' ? 'minor' : mode
}

/** Semitones that are a step; more is a leap. */
const STEP = 2

function sayMotion(looked: Looked): ReadingPart[][] {
  const moves = looked.added.slice(1).map(({ pitch, startStep }, n) => {
    return { size: Math.abs(pitch - itemAt(looked.added, n).pitch), startStep }
  })
  if (moves.length === 0) return []
  const widest = moves.reduce((most, each) => (each.size > most.size ? each : most))
  const place = bar(barOfStep(widest.startStep, looked))
  const steps = moves.filter(({ size }) => size > 0 && size <= STEP).length / moves.length
  const share = `${Math.round(100 * steps)}% of its moves`
  if (steps >= 0.5)
    return [
      [`walks: ${share} are steps, and the widest leap waits until `, place],
      ['sings in steps; only ', place, ` leaps ${counted(widest.size, 'semitone')}`],
      [`moves like a voice, ${share} by step, with one wide leap in `, place],
    ]
  return [
    [`leaps ${counted(widest.size, 'semitone')} in `, place, `; ${share} are steps`],
    ['jumps about, most of all in ', place, `: only ${share} are steps`],
    ['takes few steps and many leaps, the widest in ', place],
  ]
}

function sayDensity(looked: Looked): ReadingPart[][] {
  const byCount = looked.bars.toSorted((a, b) => b.notes.length - a.notes.length)
  const [busiest, emptiest] = [itemAt(byCount, 0), itemAt(byCount, -1)]
  const count = ({ notes }: BarOfNotes): string => (notes.length === 0 ? 'no note' : counted(notes.length, 'note'))
  const given = looked.whole.notes.length - looked.added.length
  const before = given / (looked.melody.primerSteps / looked.melody.stepsPerBar)
  if (looked.added.length / looked.bars.length >= before)
    return [
      ['gets busy: ', bar(busiest.bar), ` has ${count(busiest)}`],
      [`runs on, with ${count(busiest)} in `, bar(busiest.bar)],
      ['fills ', bar(busiest.bar), ` with ${count(busiest)}`],
    ]
  return [
    ['thins out: ', bar(emptiest.bar), ` has ${count(emptiest)}`],
    ['slows down; in ', bar(emptiest.bar), ` there is room for ${count(emptiest)}`],
    ['holds back, most in ', bar(emptiest.bar)],
  ]
}

/** Fewest notes of one pitch in a row that a reading mentions. */
const TOLD_RUN = 4

function sayRun(looked: Looked): ReadingPart[][] {
  let [start, length, best] = [0, 1, { start: 0, length: 1 }]
  for (let n = 1; n < looked.added.length; n++) {
    if (looked.added[n]?.pitch === looked.added[start]?.pitch) length += 1
    else [start, length] = [n, 1]
    if (length > best.length) best = { start, length }
  }
  if (best.length < TOLD_RUN) return []
  const { pitch, startStep } = itemAt(looked.added, best.start)
  const place = bar(barOfStep(startStep, looked))
  const name = pitchName(pitch)
  return [
    [`sticks to ${name} from `, place, `: ${best.length} times in a row`],
    [`hammers on ${name}, ${best.length} times from `, place, ' on'],
    [`stays on one note, ${name}, for ${best.length} beginnings from `, place],
  ]
}

function sayRange(looked: Looked): ReadingPart[][] {
  const pitches = looked.added.map(({ pitch }) => pitch)
  const given = looked.whole.notes.slice(0, -looked.added.length).map(({ pitch }) => pitch)
  const [low, high] = [Math.min(...pitches), Math.max(...pitches)]
  const [above, below] = [high - Math.max(...given), Math.min(...given) - low]
  const at = (pitch: number): ReadingPart =>
    bar(barOfStep(looked.added.find((note) => note.pitch === pitch)?.startStep ?? 0, looked))
  if (given.length === 0 || Math.max(above, below) <= 0)
    return [
      [`keeps within the range it was given; its top, ${pitchName(high)}, comes in `, at(high)],
      [`stays inside ${counted(high - low, 'semitone')}, with its top in `, at(high)],
      [`uses ${counted(high - low, 'semitone')}, from ${pitchName(low)} up to ${pitchName(high)} in `, at(high)],
    ]
  if (above >= below)
    return [
      [`climbs to ${pitchName(high)} in `, at(high), `, ${counted(above, 'semitone')} above the primer`],
      [`reaches higher than the primer: ${pitchName(high)} in `, at(high)],
      [`goes up as far as ${pitchName(high)} in `, at(high)],
    ]
  return [
    [`sinks to ${pitchName(low)} in `, at(low), `, ${counted(below, 'semitone')} below the primer`],
    [`digs down to ${pitchName(low)} in `, at(low)],
    [`falls lower than the primer went: ${pitchName(low)} in `, at(low)],
  ]
}

function sayRhythm(looked: Looked): ReadingPart[][] {
  const { stepsPerBar } = looked.melody
  const rhythms = looked.bars.map((each) =>
    each.notes.map(({ startStep }) => startStep - (each.bar - 1) * stepsPerBar).join(' '),
  )
  const [first, last] = [looked.bars[0], looked.bars.at(-1)].map((each) => bar(each?.bar ?? 1))
  const later = rhythms.findIndex((rhythm, n) => rhythm.includes(' ') && rhythms.indexOf(rhythm) < n)
  if (later < 0 || first === undefined || last === undefined)
    return [
      ['gives every bar a rhythm of its own, from ', first ?? '', ' on'],
      ['changes rhythm from bar to bar, from ', first ?? '', ' to ', last ?? ''],
      ['has no rhythm twice after ', first ?? ''],
    ]
  const [a, b] = [
    bar(itemAt(looked.bars, rhythms.indexOf(itemAt(rhythms, later))).bar),
    bar(itemAt(looked.bars, later).bar),
  ]
  return [
    ['keeps a rhythm: that of ', a, ' is also that of ', b],
    ['beats time alike in ', a, ' and ', b],
    ['makes ', b, ' dance like ', a],
  ]
}

function sayLeading(looked: Looked): ReadingPart[][] {
  const { tonic, mode } = looked.melody
  const below = isInMode(tonic + 11, tonic, modeOf(mode)) ? 11 : 10
  const found = looked.added.slice(0, -1).flatMap((note, n) => {
    if ((note.pitch - tonic - below) % 12 !== 0) return []
    return [{ note, isResolved: (itemAt(looked.added, n + 1).pitch - tonic) % 12 === 0 }]
  })
  const shown = found.find(({ isResolved }) => !isResolved) ?? found[0]
  if (shown === undefined) return []
  const place = bar(barOfStep(shown.note.startStep, looked))
  const name = pitchName(shown.note.pitch)
  if (shown.isResolved)
    return [
      [`leads home: ${name} in `, place, ' goes to the tonic'],
      [`resolves its leading note, ${name}, in `, place],
      ['knows where home is: the leading note of ', place, ' goes there'],
    ]
  return [
    [`lets its leading note ${name} in `, place, ' go elsewhere than home'],
    ['leaves the leading note of ', place, ' without its tonic'],
    [`ignores that ${name} in `, place, ' leads to the tonic'],
  ]
}

function sayEnd(looked: Looked): ReadingPart[][] {
  const last = itemAt(looked.added, -1)
  const place = bar(barOfStep(last.startStep, looked))
  const name = pitchName(last.pitch)
  if ((last.pitch - looked.melody.tonic) % 12 === 0)
    return [
      ['comes home: its last note, in ', place, `, is the tonic ${name}`],
      [`ends on the tonic, ${name}, in `, place],
      [`closes where it should, on ${name} in `, place],
    ]
  return [
    [`breaks off on ${name} in `, place, ', away from the tonic'],
    ['stops in ', place, ` on ${name}, which is not home`],
    ['does not come home: ', place, ` ends on ${name}`],
  ]
}
