import { SpessaSynthProcessor } from 'spessasynth_core'
import type { Note } from '../score/noteSequence.ts'
import { readMidi } from '../score/readMidi.ts'
import { UserError } from '../support/errors.ts'
import { type Bitrate, DEFAULT_BITRATE, encodeMp3 } from './encodeMp3.ts'
import { SAMPLE_RATE } from './sampleRate.ts'
import { type SoundLevels, soundLevels } from './soundLevels.ts'
import { soundFont } from './soundFont.ts'
import { counted } from '../support/text/counted.ts'
import { itemAt } from '../support/itemAt.ts'

/** A score that cannot be made into sound. */
export class AudioRenderError extends UserError {
  override readonly name = 'AudioRenderError'
}

/** Samples of a rendered melody. */
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
/** Half an hour of sound is 170 MB; a melody has seconds. */
const LONGEST_SECONDS = 1800
/** Softer than this, scores with notes would be silent: the SoundFont would be broken. */
const SILENCE = 1e-3
/** So that nothing clicks where the sound is cut. */
const FADE_SECONDS = 0.2
/** Most samples the synthesizer makes at a time. */
const BLOCK = 1024
/** MIDI's channels but the tenth, which is for drums. */
const CHANNELS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15]

/**
 * A MIDI file as sound, through a SoundFont: every note with the instrument its file names, a piano unless it does, dry and
 * mono; drums are left out, and what lies beyond a piano's keys sounds in the
 * next octave that it has. Lasts to the end of the last note and 1.2 s more. A file without notes gives silence. The same
 * bytes give the same sound.
 * @throws MidiConversionError when the bytes are not a MIDI file; AudioRenderError when it lasts over half an hour, or when its
 * notes make no sound.
 * @example (await renderMelody(await readFile('tune.mid'))).seconds
 */
export async function renderMelody(midi: Uint8Array): Promise<RenderedMelody> {
  const score = readMidi(midi)
  if (score.totalSeconds > LONGEST_SECONDS) {
    throw new AudioRenderError(
      `the score lasts ${Math.round(score.totalSeconds)} s; at most ${LONGEST_SECONDS} s can be rendered: cut it into parts`,
    )
  }
  const notes = score.notes.filter((note) => !note.isDrum)
  const pcm = new Float32Array(Math.round((score.totalSeconds + TAIL_SECONDS) * SAMPLE_RATE))
  if (notes.length > 0) {
    await synthesize(notes, pcm)
    normalise(pcm, notes.length)
    fadeOut(pcm)
  }
  return { pcm, sampleRate: SAMPLE_RATE, seconds: pcm.length / SAMPLE_RATE }
}

/** A rendered MP3 with its loudness. */
export interface RenderedMp3 extends SoundLevels {
  readonly mp3: Uint8Array
  readonly seconds: number
}

/** `renderMelody` as MP3: mono, 24 kHz, by default 32 kbit/s; with its loudness before compression. */
export async function renderSound(midi: Uint8Array, bitrate: Bitrate = DEFAULT_BITRATE): Promise<RenderedMp3> {
  const { pcm, seconds } = await renderMelody(midi)
  return { mp3: await encodeMp3(pcm, bitrate), seconds, ...soundLevels(pcm) }
}

/** The MP3 of `renderSound` alone. */
export const renderMp3 = async (midi: Uint8Array): Promise<Uint8Array> => (await renderSound(midi)).mp3

/** A piano's keys: SoundFonts are silent beyond them. */
const [LOWEST, HIGHEST] = [21, 108]

/** The pitch, or the nearest one of its name that a piano has. */
function onPiano(pitch: number): number {
  if (pitch < LOWEST) return onPiano(pitch + 12)
  return pitch > HIGHEST ? onPiano(pitch - 12) : pitch
}

interface KeyEvent {
  readonly sample: number
  readonly play: (synth: SpessaSynthProcessor) => void
}

/** Plays the notes into `pcm`, each beginning and ending at its own sample. */
async function synthesize(notes: readonly Note[], pcm: Float32Array): Promise<void> {
  const synth = new SpessaSynthProcessor(SAMPLE_RATE, {
    effectsEnabled: false,
    eventsEnabled: false,
    maxBufferSize: BLOCK,
  })
  synth.soundBankManager.addSoundBank(await soundFont(), 'main')
  await synth.processorInitialized
  const [left, right] = [new Float32Array(BLOCK), new Float32Array(BLOCK)]
  let at = 0
  const soundUntil = (end: number): void => {
    while (at < end) {
      const count = Math.min(BLOCK, end - at)
      left.fill(0)
      right.fill(0)
      synth.process(left, right, 0, count)
      for (let i = 0; i < count; i++) pcm[at + i] = left[i]! + right[i]!
      at += count
    }
  }
  for (const { sample, play } of keyEvents(notes)) {
    soundUntil(Math.min(sample, pcm.length))
    play(synth)
  }
  soundUntil(pcm.length)
}

/** What happens when, ends before beginnings where both fall on one sample. */
function keyEvents(notes: readonly Note[]): KeyEvent[] {
  const programs = [...new Set(notes.map(({ program }) => program))]
  const channelOf = (program: number): number => itemAt(CHANNELS, programs.indexOf(program) % CHANNELS.length)
  const sampleOf = (seconds: number): number => Math.round(seconds * SAMPLE_RATE)
  const ends = notes.map(({ program, pitch, endSeconds }): KeyEvent => {
    return { sample: sampleOf(endSeconds), play: (synth) => synth.noteOff(channelOf(program), onPiano(pitch)) }
  })
  const begins = notes.map(({ program, pitch, velocity, startSeconds }): KeyEvent => ({
    sample: sampleOf(startSeconds),
    play(synth) {
      synth.programChange(channelOf(program), program)
      synth.noteOn(channelOf(program), onPiano(pitch), velocity)
    },
  }))
  return [...ends, ...begins].sort((a, b) => a.sample - b.sample)
}

/** Brings the loudest sample to `PEAK`, in place. */
function normalise(pcm: Float32Array, notes: number): void {
  const { peak } = soundLevels(pcm)
  if (peak < SILENCE) {
    throw new AudioRenderError(
      `${counted(notes, 'note')} without sound (peak ${peak}): the SoundFont is broken; npm ci restores it`,
    )
  }
  for (let i = 0; i < pcm.length; i++) pcm[i] = pcm[i]! * (PEAK / peak)
}

function fadeOut(pcm: Float32Array): void {
  const length = Math.min(pcm.length, FADE_SECONDS * SAMPLE_RATE)
  for (let i = 0; i < length; i++) pcm[pcm.length - 1 - i] = pcm[pcm.length - 1 - i]! * (i / length)
}
