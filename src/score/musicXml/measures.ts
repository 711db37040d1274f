import type { XmlElement } from '@rgrove/parse-xml'
import type { KeySignature } from '../noteSequence.ts'
import { MusicXmlError } from './musicXmlError.ts'
import { elementAt, elementsIn, numberAt, textAt } from './xmlTree.ts'

/** A note as written; times in quarter notes from the start of its measure. */
export interface WrittenNote {
  readonly start: number
  readonly length: number
  readonly pitch: number
  readonly isDrum: boolean
  /** Of its part, by staff and voice. */
  readonly voice: string
  readonly opensTie: boolean
  readonly endsTie: boolean
}

/** A change at a place in a measure. */
export interface Change<T> {
  readonly at: number
  readonly value: T
}

/** How a measure changes the order of play. */
export interface Marks {
  readonly forward: boolean
  /** Times through in all, where a repeat ends; 0 elsewhere. */
  readonly times: number
  /** The numbers of an ending that begins here. */
  readonly ending: readonly number[] | null
  readonly endingStops: boolean
  /** Attributes of `sound` elements: dacapo, dalsegno, segno, coda, tocoda, fine. */
  readonly jumps: Readonly<Record<string, string>>
}

/** A measure of one part. */
export interface Measure extends Marks {
  /** Quarter notes to where its last note, rest or skip ends. */
  readonly length: number
  readonly notes: readonly WrittenNote[]
  readonly metres: readonly Change<{ readonly numerator: number; readonly denominator: number }>[]
  readonly keys: readonly Change<Pick<KeySignature, 'key' | 'mode'>>[]
  readonly qpms: readonly Change<number>[]
}

type Open<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] }
type OpenMeasure = Omit<Open<Measure>, 'ending' | 'jumps'> & {
  ending: number[] | null
  readonly jumps: Record<string, string>
  /** Where the next note stands, and the last one stood. */
  at: number
  last: number
}

/** What holds from measure to measure. */
interface State {
  divisions: number
  /** Semitones from written to sounding pitch. */
  transposition: number
}

/** The measures of a part. @throws MusicXmlError naming the measure of what cannot be read. */
export function measuresOf(elements: readonly XmlElement[]): Measure[] {
  const state: State = { divisions: 1, transposition: 0 }
  return elements.map((element) => measureOf(element, state))
}

function measureOf(element: XmlElement, state: State): Measure {
  const measure: OpenMeasure = {
    ...{ length: 0, notes: [], metres: [], keys: [], qpms: [], at: 0, last: 0 },
    ...{ forward: false, times: 0, ending: null, endingStops: false, jumps: {} },
  }
  for (const child of elementsIn(element)) {
    READERS[child.name]?.(child, measure, state)
    if (!Number.isFinite(measure.at)) throw new MusicXmlError(`measure ${element.attributes['number']}: ${NO_DURATION}`)
    measure.length = Math.max(measure.length, measure.at)
  }
  return measure
}

const NO_DURATION = 'a note, backup or forward has no duration'

type Reader = (element: XmlElement, measure: OpenMeasure, state: State) => void

const READERS: Readonly<Record<string, Reader>> = {
  attributes: readAttributes,
  note: readNote,
  backup: (element, measure, state) => void (measure.at = Math.max(0, measure.at - durationOf(element, state))),
  forward: (element, measure, state) => void (measure.at += durationOf(element, state)),
  direction: readDirection,
  sound: readSound,
  barline: readBarline,
}

const durationOf = (element: XmlElement, { divisions }: State): number => numberAt(element, 'duration') / divisions

function readAttributes(element: XmlElement, measure: OpenMeasure, state: State): void {
  const divisions = numberAt(element, 'divisions')
  if (divisions > 0) state.divisions = divisions
  const transpose = elementAt(element, 'transpose')
  if (transpose !== undefined)
    state.transposition = number(transpose, 'chromatic') + 12 * number(transpose, 'octave-change')
  const { at } = measure
  const time = elementAt(element, 'time')
  // A metre may be a sum: 3+2 over 8.
  const numerator =
    time === undefined
      ? NaN
      : textAt(time, 'beats')
          .split('+')
          .map(Number)
          .reduce((a, b) => a + b, 0)
  const denominator = time === undefined ? NaN : numberAt(time, 'beat-type')
  if (numerator > 0 && denominator > 0) measure.metres.push({ at, value: { numerator, denominator } })
  const fifths = numberAt(element, 'key', 'fifths')
  if (Number.isInteger(fifths)) {
    const mode = textAt(element, 'key', 'mode') === 'minor' ? 'minor' : 'major'
    const tonic = fifths * 7 + (mode === 'minor' ? 9 : 0) + state.transposition
    measure.keys.push({ at, value: { key: ((tonic % 12) + 12) % 12, mode } })
  }
}

/** Zero where there is no number. */
const number = (parent: XmlElement, name: string): number => numberAt(parent, name) || 0

function readNote(element: XmlElement, measure: OpenMeasure, state: State): void {
  if (elementAt(element, 'grace') !== undefined || elementAt(element, 'cue') !== undefined) return
  const length = durationOf(element, state)
  const isChord = elementAt(element, 'chord') !== undefined
  const start = isChord ? measure.last : measure.at
  if (!isChord) {
    measure.last = measure.at
    measure.at += length
  }
  const pitch = pitchOf(element, state)
  if (pitch === null || !(length > 0)) return
  const ties = elementsIn(element, 'tie').map(({ attributes }) => attributes['type'])
  measure.notes.push({
    ...{ start, length, pitch, isDrum: elementAt(element, 'unpitched') !== undefined },
    voice: `${textAt(element, 'staff') || '1'} ${textAt(element, 'voice') || '1'}`,
    ...{ opensTie: ties.includes('start'), endsTie: ties.includes('stop') },
  })
}

const SEMITONES: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 }

/** The sounding MIDI pitch, to the nearest semitone; null for a rest, or outside MIDI's range. */
function pitchOf(element: XmlElement, { transposition }: State): number | null {
  const pitch = elementAt(element, 'pitch')
  const place = pitch ?? elementAt(element, 'unpitched')
  if (place === undefined) return null
  const [step, octave] =
    pitch === undefined ? (['display-step', 'display-octave'] as const) : (['step', 'octave'] as const)
  const semitone = SEMITONES[textAt(place, step) || 'C']
  const octaves = textAt(place, octave) === '' ? 4 : numberAt(place, octave)
  const sounding = Math.round(12 * (octaves + 1) + (semitone ?? NaN) + number(place, 'alter') + transposition)
  return sounding >= 0 && sounding <= 127 ? sounding : null
}

const BEAT_UNITS: Readonly<Record<string, number>> = {
  ...{ long: 16, breve: 8, whole: 4, half: 2, quarter: 1, eighth: 1 / 2, '16th': 1 / 4, '32nd': 1 / 8 },
}

function readDirection(element: XmlElement, measure: OpenMeasure, state: State): void {
  const at = measure.at + number(element, 'offset') / state.divisions
  const sound = elementAt(element, 'sound')
  if (sound !== undefined) readSound(sound, measure)
  if (sound?.attributes['tempo'] !== undefined) return
  for (const type of elementsIn(element, 'direction-type')) {
    const metronome = elementAt(type, 'metronome')
    if (metronome === undefined) continue
    const dots = elementsIn(metronome, 'beat-unit-dot').length
    const unit = (BEAT_UNITS[textAt(metronome, 'beat-unit')] ?? NaN) * (2 - 0.5 ** dots)
    addTempo(measure, Math.max(0, at), unit * numberAt(metronome, 'per-minute'))
  }
}

function readSound({ attributes }: XmlElement, measure: OpenMeasure): void {
  addTempo(measure, measure.at, Number(attributes['tempo'] ?? NaN))
  for (const name of ['dacapo', 'dalsegno', 'segno', 'coda', 'tocoda', 'fine']) {
    const value = attributes[name]
    if (value !== undefined && value !== 'no') measure.jumps[name] = value
  }
}

function addTempo(measure: OpenMeasure, at: number, qpm: number): void {
  if (qpm > 0 && Number.isFinite(qpm)) measure.qpms.push({ at, value: qpm })
}

function readBarline(element: XmlElement, measure: OpenMeasure): void {
  const repeat = elementAt(element, 'repeat')?.attributes
  if (repeat?.['direction'] === 'forward') measure.forward = true
  if (repeat?.['direction'] === 'backward') measure.times = Math.max(2, Number(repeat['times'] ?? 2) || 2)
  const ending = elementAt(element, 'ending')?.attributes
  if (ending?.['type'] === 'start')
    measure.ending = (ending['number'] ?? '')
      .split(/[\s,]+/)
      .map(Number)
      .filter((each) => each > 0)
  else if (ending !== undefined) measure.endingStops = true
}
