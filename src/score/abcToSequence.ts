import { counted } from '../support/text/counted.ts'
import { ABC_WHOLE, type AbcMusic, type AbcNote } from './abcMusic.ts'
import { ABC_LIMITS, AbcConversionError } from './abcLimits.ts'
import type { Stretch } from './abcPlayOrder.ts'
import type { AbcVoice } from './canonicalAbc.ts'
import { DEFAULT_QPM, type KeySignature, type Note, type NoteSequence, type TimeSignature } from './noteSequence.ts'

/** As most readers of this format make it. */
const TICKS_PER_QUARTER = 480
const QUARTER = ABC_WHOLE / 4
/** ABC has no velocities worth the name; one that any instrument plays well. */
const VELOCITY = 80
/** Of a part of a whole note / 1536: sums of tuplets differ by less, notes by more. */
const EQUAL = 1e-3

/** A stretch on the clock of the performance. */
interface PlayedStretch extends Stretch {
  readonly start: number
}

/** Something that holds from a place on. */
interface Held<T> {
  readonly time: number
  readonly value: T
}

/**
 * The tune as it is played. Each voice, and each layer of one, is an instrument; notes come voice by voice. Tempo, metre
 * and key are those written at the place that is played, so a repeat brings back what held when it began. A tie joins
 * notes of one pitch that follow each other; a tie to another pitch sounds nothing.
 * @throws AbcConversionError past a bound (`limit-notes`)
 */
export function abcToSequence(
  music: AbcMusic,
  order: readonly Stretch[],
  voices: ReadonlyMap<string, AbcVoice>,
): NoteSequence {
  const stretches = onTheClock(order)
  const tempos = played(
    stretches,
    hold(music.tempos, ([, qpm]) => qpm, DEFAULT_QPM),
    Object.is,
  )
  const seconds = clock(tempos)
  const notes: Note[] = []
  let instrument = 0
  for (const { id, notes: written } of music.voices) {
    const sound = voices.get(id.replace(/o+$/, '')) ?? { program: 0, isDrum: false }
    const mine = voiceNotes(written, stretches, ABC_LIMITS.notes - notes.length)
    for (const { pitch, start, end } of mine) {
      notes.push({
        instrument,
        ...sound,
        pitch,
        velocity: VELOCITY,
        ...{ startSeconds: seconds(start), endSeconds: seconds(end) },
      })
    }
    if (mine.length > 0) instrument++
  }
  return {
    ticksPerQuarter: TICKS_PER_QUARTER,
    totalSeconds: notes.reduce((latest, { endSeconds }) => Math.max(latest, endSeconds), 0),
    tempos: tempos.map(({ time, value }) => ({ timeSeconds: seconds(time), qpm: value })),
    timeSignatures: timeSignatures(music, stretches, seconds),
    keySignatures: keySignatures(music, stretches, seconds),
    notes,
    startTimeOffsetSeconds: 0,
  }
}

function timeSignatures(
  { metres }: AbcMusic,
  stretches: readonly PlayedStretch[],
  seconds: (time: number) => number,
): TimeSignature[] {
  const held = hold(metres, ([, numerator, denominator]) => ({ numerator, denominator }), null)
  const same = (a: (typeof held)[number]['value'], b: typeof a): boolean =>
    a?.numerator === b?.numerator && a?.denominator === b?.denominator
  return played(stretches, held, same).flatMap(({ time, value }) => {
    return value === null ? [] : [{ timeSeconds: seconds(time), ...value }]
  })
}

function keySignatures(
  { keys }: AbcMusic,
  stretches: readonly PlayedStretch[],
  seconds: (time: number) => number,
): KeySignature[] {
  const held = hold(keys, ([, sharps, mode]) => keyOf(sharps, mode), null)
  const same = (a: (typeof held)[number]['value'], b: typeof a): boolean => a?.key === b?.key && a?.mode === b?.mode
  return played(stretches, held, same).flatMap(({ time, value }) => {
    return value === null ? [] : [{ timeSeconds: seconds(time), ...value }]
  })
}

const AEOLIAN = 5

/** The key as a MIDI file would say it: of the modes only minor, the others by their major scale. */
function keyOf(sharps: number, mode: number): Pick<KeySignature, 'key' | 'mode'> {
  const major = (((sharps * 7) % 12) + 12) % 12
  return mode === AEOLIAN ? { key: (major + 9) % 12, mode: 'minor' } : { key: major, mode: 'major' }
}

function onTheClock(order: readonly Stretch[]): PlayedStretch[] {
  let start = 0
  return order.map(({ from, to }) => {
    const stretch = { from, to, start }
    start += to - from
    return stretch
  })
}

/** What holds where, in order of time; of several said at one place the first voice's last. */
function hold<E extends readonly [time: number, ...rest: unknown[]], T>(
  events: readonly E[],
  value: (event: E) => T,
  before: T,
): Held<T>[] {
  const sorted = events.map((event) => ({ time: event[0], value: value(event) })).sort((a, b) => a.time - b.time)
  return [{ time: -Infinity, value: before }, ...sorted]
}

/** The changes of what holds as the music is played; the first is at 0. */
function played<T>(
  stretches: readonly PlayedStretch[],
  held: readonly Held<T>[],
  same: (a: T, b: T) => boolean,
): Held<T>[] {
  const changes: Held<T>[] = []
  const change = (time: number, value: T): void => {
    const last = changes.at(-1)
    if (last === undefined) changes.push({ time: 0, value })
    else if (!same(last.value, value)) changes.push({ time, value })
  }
  for (const { from, to, start } of stretches) {
    change(start, (held.findLast(({ time }) => time <= from + EQUAL) as Held<T>).value)
    for (const { time, value } of held) {
      if (time > from + EQUAL && time < to - EQUAL) change(start + time - from, value)
    }
  }
  return changes
}

/** The seconds of a time on the performance's clock. */
function clock(tempos: readonly Held<number>[]): (time: number) => number {
  const starts: { time: number; seconds: number; secondsPerPart: number }[] = []
  for (const { time, value } of tempos) {
    const last = starts.at(-1)
    const seconds = last === undefined ? 0 : last.seconds + (time - last.time) * last.secondsPerPart
    starts.push({ time, seconds, secondsPerPart: 60 / value / QUARTER })
  }
  return (time) => {
    const from = starts.findLast((each) => each.time <= time) ?? starts[0]
    return from === undefined ? 0 : from.seconds + (time - from.time) * from.secondsPerPart
  }
}

interface PlayedNote {
  readonly pitch: number
  readonly start: number
  end: number
}

/** The notes of a voice as played, tied ones joined. */
function voiceNotes(written: readonly AbcNote[], stretches: readonly PlayedStretch[], most: number): PlayedNote[] {
  const notes: PlayedNote[] = []
  let tied = new Map<number, PlayedNote>()
  for (const { from, to, start } of stretches) {
    for (let n = firstFrom(written, from); n < written.length; n++) {
      const [time, length, pitches, ties] = written[n] as AbcNote
      if (time >= to - EQUAL) break
      const at = exact(start + time - from)
      const next = new Map<number, PlayedNote>()
      for (const pitch of pitches) {
        const note = joined(tied.get(pitch), at) ?? { pitch: Math.round(pitch), start: at, end: at }
        if (note.end === note.start && isPitch(note.pitch) && length > EQUAL) notes.push(note)
        note.end = exact(start + time - from + length)
        if (ties.includes(pitch)) next.set(pitch, note)
      }
      tied = next
      if (notes.length > most)
        throw new AbcConversionError(
          `limit-notes: more than ${counted(ABC_LIMITS.notes, 'note')} with all repeats played`,
        )
    }
  }
  return notes
}

/** The note that a tie holds up to a time. */
function joined(note: PlayedNote | undefined, at: number): PlayedNote | null {
  return note !== undefined && Math.abs(note.end - at) < EQUAL ? note : null
}

const isPitch = (pitch: number): boolean => pitch >= 0 && pitch <= 127

/** Without the rounding of sums, so that a note ends where the next begins. */
const exact = (time: number): number => Math.round(time * 1e6) / 1e6

/** The index of the first note at or after a time. */
function firstFrom(written: readonly AbcNote[], from: number): number {
  let low = 0
  let high = written.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((written[middle] as AbcNote)[0] < from - EQUAL) low = middle + 1
    else high = middle
  }
  return low
}
