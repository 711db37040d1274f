import type { Note } from '../score/noteSequence.js'
import { readMidi } from '../score/readMidi.js'
import { UserError } from '../support/errors.js'
import { encodeMp3 } from './encodeMp3.js'
import { pianoNote } from './pianoNote.js'
import { SAMPLE_RATE } from './sampleRate.js'

/** A score that cannot be made into sound. */
export class AudioRenderError extends UserError {
  override readonly name = 'AudioRenderError'
}

export interface RenderedMelody {
  /** Mono, in -1..1; its peak is 1.5 dB below full scale unless it is silent. */
  readonly pcm: Float32Array
  readonly sampleRate: number
  readonly seconds: number
}

/** -1.5 dB below full scale: the MP3 decoder may overshoot a little. */
export const PEAK = 10 ** (-1.5 / 20)
/** What follows the last note's end: its release, and no more. */
export const TAIL_SECONDS = 1.2
/** Time in which a released key falls to 37%: a damper on a string. */
const RELEASE_SECONDS = 0.12
/** Half an hour of sound is 170 MB; a melody has seconds. */
const LONGEST_SECONDS = 1800
/** Softer than this, scores with notes would be silent: the samples would be wrong. */
const SILENCE = 1e-4

/**
 * A MIDI file as piano sound: every note of a pitched instrument struck at its start and damped at its end, louder with
 * its velocity; drums are left out. Lasts to the end of the last note and 1.2 s more. A file without notes gives silence.
 * The same bytes give the same sound.
 * @throws MidiConversionError when the bytes are no MIDI file; AudioRenderError when it lasts over half an hour.
 * @example (await renderMelody(await readFile('tune.mid'))).seconds
 */
export async function renderMelody(midi: Uint8Array): Promise<RenderedMelody> {
  const score = readMidi(midi)
  if (score.totalSeconds > LONGEST_SECONDS) {
    throw new AudioRenderError(
      `the score lasts ${Math.round(score.totalSeconds)} s; sound is made of at most ${LONGEST_SECONDS} s: cut it into parts`,
    )
  }
  const pcm = new Float32Array(Math.round((score.totalSeconds + TAIL_SECONDS) * SAMPLE_RATE))
  const notes = score.notes.filter((note) => !note.isDrum)
  for (const note of notes) addNote(pcm, note, await pianoNote(note.pitch))
  normalise(pcm, notes.length)
  return { pcm, sampleRate: SAMPLE_RATE, seconds: pcm.length / SAMPLE_RATE }
}

/** `renderMelody` as MP3: mono, 24 kHz, 32 kbit/s. */
export async function renderMp3(midi: Uint8Array): Promise<Uint8Array> {
  return encodeMp3((await renderMelody(midi)).pcm)
}

function addNote(pcm: Float32Array, { startSeconds, endSeconds, velocity }: Note, sound: Float32Array): void {
  const start = Math.round(startSeconds * SAMPLE_RATE)
  const held = Math.round((endSeconds - startSeconds) * SAMPLE_RATE)
  const release = TAIL_SECONDS * SAMPLE_RATE
  const length = Math.min(sound.length, held + release, pcm.length - start)
  const loudness = (velocity / 127) ** 1.5
  const decay = Math.exp(-1 / (RELEASE_SECONDS * SAMPLE_RATE))
  let gain = loudness
  for (let i = 0; i < length; i++) {
    if (i >= held) gain *= decay
    pcm[start + i] = (pcm[start + i] as number) + (sound[i] as number) * gain
  }
}

/** Brings the loudest sample to `PEAK`, in place. */
function normalise(pcm: Float32Array, notes: number): void {
  let peak = 0
  for (const value of pcm) peak = Math.max(peak, Math.abs(value))
  if (notes === 0) return
  if (peak < SILENCE) throw new Error(`${notes} notes sound like silence (peak ${peak}): the piano samples are broken`)
  for (let i = 0; i < pcm.length; i++) pcm[i] = (pcm[i] as number) * (PEAK / peak)
}
