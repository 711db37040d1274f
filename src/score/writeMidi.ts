import { UserError } from '../support/errors.ts'
import {
  DEFAULT_QPM,
  type KeySignature,
  type Note,
  type NoteSequence,
  type Tempo,
  type TimeSignature,
} from './noteSequence.ts'
import { programName } from './programName.ts'
import { type TempoChange, tempoSegments, type TempoSegment, tickAtSeconds } from './tempoMap.ts'

/** A score that MIDI has no bytes for: a tempo, metre or note out of its range. */
export class MidiWriteError extends UserError {
  override readonly name = 'MidiWriteError'
}

const DEFAULT_TICKS_PER_QUARTER = 220
const DRUM_CHANNEL = 9
/** The longest delta that four bytes of seven bits hold. */
const MAX_TICK = 2 ** 28 - 1
/** The channels that are not drums, in the order in which tracks take them. */
const MELODIC_CHANNELS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15]
/** Sharps (flats negative) by tonic: enharmonic keys have the spelling that pretty_midi chooses. */
const MAJOR_SHARPS = [0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5]
const MINOR_SHARPS = [-3, 4, -1, 6, 1, -4, 3, -2, 5, 0, -5, 2]
/** Kinds of event on one tick are written in this order. */
const RANK = { tempo: 1, timeSignature: 2, keySignature: 3, trackName: 0, program: 6, note: 10 } as const

/** Bytes at a tick; events of one tick are in order of `rank`, and of equal rank as they were given. */
interface TrackEvent {
  readonly tick: number
  readonly rank: number
  readonly bytes: readonly number[]
}

/**
 * Writes a score as a MIDI file of type 1, byte for byte as note-seq 0.0.5 does through pretty_midi and mido: a track
 * of tempos and signatures (4/4 at the start unless another metre is there), then one track an instrument with its
 * program, notes (a note-off is a note-on of velocity 0) and the end one tick after the last event. Running status is
 * used; 220 ticks per quarter where the score says 0.
 * @throws MidiWriteError
 * @example await writeFile('tune.mid', writeMidi(sequence))
 */
export function writeMidi(sequence: NoteSequence): Uint8Array {
  const ticksPerQuarter = sequence.ticksPerQuarter || DEFAULT_TICKS_PER_QUARTER
  if (ticksPerQuarter > 0x7fff) throw new MidiWriteError(`${ticksPerQuarter} ticks per quarter note (1-32767)`)
  const changes = tempoChanges(sequence.tempos, ticksPerQuarter)
  const segments = tempoSegments(changes)
  const tracks = [
    conductorTrack(sequence, changes, segments, ticksPerQuarter),
    ...tracksOf(sequence.notes).map((notes, index) => instrumentTrack(notes, index, segments)),
  ]
  const header = [...uint16(1), ...uint16(tracks.length), ...uint16(ticksPerQuarter)]
  return Uint8Array.from([...chunk('MThd', header), ...tracks.flatMap((track) => chunk('MTrk', track))])
}

/** The tempo of time 0 (120 where none is said), then every other one at the tick nearest to its time. */
function tempoChanges(tempos: readonly Tempo[], ticksPerQuarter: number): TempoChange[] {
  const scale = (qpm: number): number => 60 / (ticksPerQuarter * qpm)
  const initial = tempos.find((tempo) => tempo.timeSeconds === 0)
  const changes = [{ tick: 0, secondsPerTick: scale(initial?.qpm ?? DEFAULT_QPM) }]
  for (const { timeSeconds, qpm } of tempos) {
    if (timeSeconds === initial?.timeSeconds && qpm === initial.qpm) continue
    const tick = tickOf(tempoSegments(changes), timeSeconds)
    changes.push({ tick, secondsPerTick: scale(qpm) })
  }
  return changes
}

function conductorTrack(
  sequence: NoteSequence,
  changes: readonly TempoChange[],
  segments: readonly TempoSegment[],
  ticksPerQuarter: number,
): number[] {
  const { timeSignatures, keySignatures } = sequence
  const startsWithMetre = timeSignatures.some(({ timeSeconds }) => timeSeconds <= 0)
  const metres = startsWithMetre
    ? timeSignatures
    : [{ timeSeconds: 0, numerator: 4, denominator: 4 }, ...timeSignatures]
  return trackBytes([
    ...changes.map(({ tick, secondsPerTick }) => tempoEvent(tick, 60 / (secondsPerTick * ticksPerQuarter))),
    ...metres.map((metre) => timeSignatureEvent(tickOf(segments, metre.timeSeconds), metre)),
    ...keySignatures.map((key) => keySignatureEvent(tickOf(segments, key.timeSeconds), key)),
  ])
}

/** The tick nearest to a time that a MIDI file has room for. */
function tickOf(segments: readonly TempoSegment[], seconds: number): number {
  const tick = seconds >= 0 ? tickAtSeconds(segments, seconds) : NaN
  if (!(tick <= MAX_TICK)) throw new MidiWriteError(`an event at ${seconds} s: times are from 0 to tick ${MAX_TICK}`)
  return tick
}

function tempoEvent(tick: number, qpm: number): TrackEvent {
  // Truncated, not rounded: the reference does so, and 97 a minute comes back as 97.0000…
  const microseconds = Math.trunc(6e7 / qpm)
  if (!(microseconds >= 0 && microseconds <= 0xffffff))
    throw new MidiWriteError(`a tempo of ${qpm} quarter notes per minute (3.58 or more)`)
  return { tick, rank: RANK.tempo, bytes: [0xff, 0x51, 3, microseconds >> 16, ...uint16(microseconds & 0xffff)] }
}

function timeSignatureEvent(tick: number, { numerator, denominator }: TimeSignature): TrackEvent {
  const exponent = Math.log2(denominator)
  if (!Number.isInteger(exponent) || exponent < 0 || !isByte(numerator)) {
    throw new MidiWriteError(`a metre of ${numerator}/${denominator} (0-255 over a power of two)`)
  }
  return { tick, rank: RANK.timeSignature, bytes: [0xff, 0x58, 4, numerator, exponent, 24, 8] }
}

function keySignatureEvent(tick: number, { key, mode }: KeySignature): TrackEvent {
  const sharps = (mode === 'minor' ? MINOR_SHARPS : MAJOR_SHARPS)[key]
  if (sharps === undefined) throw new MidiWriteError(`a key on pitch class ${key} (0-11)`)
  return { tick, rank: RANK.keySignature, bytes: [0xff, 0x59, 2, sharps & 0xff, mode === 'minor' ? 1 : 0] }
}

/** The notes of each instrument, in order of its number; there is always a track for instrument 0. */
function tracksOf(notes: readonly Note[]): Note[][] {
  const tracks = new Map<string, Note[]>()
  for (const note of notes) {
    const key = `${note.instrument},${note.program},${note.isDrum}`
    const track = tracks.get(key)
    if (track) track.push(note)
    else tracks.set(key, [note])
  }
  const order = (note: Note): number => note.instrument * 256 + note.program * 2 + (note.isDrum ? 1 : 0)
  const sorted = [...tracks.values()].sort((a, b) => order(a[0] as Note) - order(b[0] as Note))
  return sorted[0]?.[0]?.instrument === 0 ? sorted : [[], ...sorted]
}

function instrumentTrack(notes: readonly Note[], index: number, segments: readonly TempoSegment[]): number[] {
  const { instrument, program, isDrum } = notes[0] ?? { instrument: 0, program: 0, isDrum: false }
  const channel = isDrum ? DRUM_CHANNEL : (MELODIC_CHANNELS[index % MELODIC_CHANNELS.length] as number)
  const events: TrackEvent[] = instrument > 0 ? [nameEvent(isDrum ? 'Drums' : programName(program))] : []
  events.push({ tick: 0, rank: RANK.program, bytes: [0xc0 | channel, data(program, 'program')] })
  for (const note of notes) {
    const { pitch, velocity } = note
    events.push(noteEvent(tickOf(segments, note.startSeconds), channel, pitch, velocity))
    events.push(noteEvent(tickOf(segments, note.endSeconds), channel, pitch, 0))
  }
  return trackBytes(events)
}

function nameEvent(name: string): TrackEvent {
  return { tick: 0, rank: RANK.trackName, bytes: [0xff, 0x03, name.length, ...asciiBytes(name)] }
}

/** Of one tick, notes are in order of pitch, then velocity, so that a pitch ends before it starts again. */
function noteEvent(tick: number, channel: number, pitch: number, velocity: number): TrackEvent {
  const rank = RANK.note * 65536 + pitch * 256 + velocity
  return { tick, rank, bytes: [0x90 | channel, data(pitch, 'pitch'), data(velocity, 'velocity')] }
}

/** The events in order, with their deltas and running status, and an end of track one tick after the last. */
function trackBytes(events: readonly TrackEvent[]): number[] {
  const sorted = [...events].sort((a, b) => a.tick - b.tick || a.rank - b.rank)
  const result: number[] = []
  let tick = 0
  let runningStatus = 0
  for (const event of sorted) {
    result.push(...variableLength(event.tick - tick))
    tick = event.tick
    const status = event.bytes[0] as number
    result.push(...(status === runningStatus ? event.bytes.slice(1) : event.bytes))
    runningStatus = status < 0xf0 ? status : 0
  }
  result.push(1, 0xff, 0x2f, 0)
  return result
}

function chunk(name: string, data: readonly number[]): number[] {
  return [...asciiBytes(name), ...uint16(data.length >>> 16), ...uint16(data.length & 0xffff), ...data]
}

function asciiBytes(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0))
}

function uint16(value: number): [number, number] {
  return [value >> 8, value & 0xff]
}

/** Seven bits a byte, the high ones first; every byte but the last has its top bit set. */
function variableLength(value: number): number[] {
  const bytes = [value & 0x7f]
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift((rest & 0x7f) | 0x80)
  return bytes
}

function isByte(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 255
}

function data(value: number, what: string): number {
  if (!isByte(value) || value > 127) throw new MidiWriteError(`invalid ${what} ${value} (0-127)`)
  return value
}
