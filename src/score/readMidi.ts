import { midiOfRiff } from './midiOfRiff.ts'
import { DEFAULT_QPM, type KeySignature, type Note, type NoteSequence, type Tempo } from './noteSequence.ts'
import { type MidiScan, scanMidi } from './scanMidi.ts'
import { secondsAtTick, type TempoChange, tempoSegments, type TempoSegment } from './tempoMap.ts'

const DRUM_CHANNEL = 9

/**
 * Reads a MIDI file of type 0, 1 or 2, by itself or in a RIFF file (`.rmi`), into seconds, exactly as note-seq 0.0.5 does through pretty_midi 0.2.11:
 * tempo, metre and key come from track 0 (`ignored` counts what others say otherwise); of several tempos at tick 0 the last wins; a note-off closes every open note
 * of its channel and pitch, except those started on the same tick; notes never closed, or of no length, vanish; an
 * instrument is one (program at the note-off, channel, track), numbered by its first closed note.
 * The notes come instrument by instrument, each in the order in which its notes were closed.
 * @throws MidiConversionError when the bytes are not such a file, or exceed a bound (`limit-…`)
 * @example readMidi(await readFile('tune.mid')).notes.length
 */
export function readMidi(bytes: Uint8Array): NoteSequence {
  const scan = scanMidi(midiOfRiff(bytes))
  const { ticksPerQuarter } = scan
  const changes = tempoChanges(scan)
  const segments = tempoSegments(changes)
  const at = (tick: number): number => secondsAtTick(segments, tick)
  const notes = notesInSeconds(scan, segments)
  return {
    ticksPerQuarter,
    totalSeconds: notes.reduce((latest, note) => Math.max(latest, note.endSeconds), 0),
    tempos: changes.map(({ tick, secondsPerTick }): Tempo => ({
      timeSeconds: at(tick),
      qpm: 60 / (secondsPerTick * ticksPerQuarter),
    })),
    timeSignatures: scan.timeSignatures.map(({ tick, numerator, denominator }) => ({
      timeSeconds: at(tick),
      numerator,
      denominator,
    })),
    keySignatures: scan.keySignatures.map(({ tick, sharps, minor }) => keySignature(at(tick), sharps, minor)),
    notes,
    startTimeOffsetSeconds: 0,
    ...(scan.ignored.tempos + scan.ignored.timeSignatures > 0 ? { ignored: scan.ignored } : {}),
  }
}

/** The changes of tempo, a repeated tempo left out, with 120 per minute where tick 0 says none. */
function tempoChanges({ tempos, ticksPerQuarter }: MidiScan): TempoChange[] {
  let changes: TempoChange[] = [{ tick: 0, secondsPerTick: 60 / (DEFAULT_QPM * ticksPerQuarter) }]
  for (const { tick, microseconds } of tempos) {
    const secondsPerTick = 60 / ((6e7 / microseconds) * ticksPerQuarter)
    if (tick === 0) changes = [{ tick, secondsPerTick }]
    else if (secondsPerTick !== changes.at(-1)?.secondsPerTick) changes.push({ tick, secondsPerTick })
  }
  return changes
}

/** The tonic is `sharps` fifths above C, and a minor key has it three half-tones lower. */
function keySignature(timeSeconds: number, sharps: number, minor: boolean): KeySignature {
  const majorTonic = (((sharps * 7) % 12) + 12) % 12
  return { timeSeconds, key: minor ? (majorTonic + 9) % 12 : majorTonic, mode: minor ? 'minor' : 'major' }
}

function notesInSeconds({ notes, instruments }: MidiScan, segments: readonly TempoSegment[]): Note[] {
  const { pitch, velocity, startTick, endTick } = notes
  const result: Note[] = new Array<Note>(notes.count)
  const order = byInstrument(notes, instruments.length)
  for (let i = 0; i < notes.count; i++) {
    const note = order[i] as number
    const instrument = notes.instrument[note] as number
    const { program, channel } = instruments[instrument] as { program: number; channel: number }
    result[i] = {
      instrument,
      program,
      isDrum: channel === DRUM_CHANNEL,
      pitch: pitch[note] as number,
      velocity: velocity[note] as number,
      startSeconds: secondsAtTick(segments, startTick[note] as number),
      endSeconds: secondsAtTick(segments, endTick[note] as number),
    }
  }
  return result
}

/** The closed notes grouped by instrument, the order within each kept (a counting sort). */
function byInstrument({ count, order, instrument }: MidiScan['notes'], instruments: number): Int32Array {
  const next = new Int32Array(instruments + 1)
  for (let i = 0; i < count; i++) {
    const place = (instrument[order[i] as number] as number) + 1
    next[place] = (next[place] as number) + 1
  }
  for (let i = 0; i < instruments; i++) next[i + 1] = (next[i + 1] as number) + (next[i] as number)
  const grouped = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    const note = order[i] as number
    const place = instrument[note] as number
    grouped[next[place] as number] = note
    next[place] = (next[place] as number) + 1
  }
  return grouped
}
