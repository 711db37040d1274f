import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { OggVorbisDecoder } from '@wasm-audio-decoders/ogg-vorbis'
import { pianoCredit } from './pianoCredit.js'
import { resample } from './resample.js'
import { SAMPLE_RATE } from './sampleRate.js'

/** A sample every three half-tones, from A0 up. */
const LOWEST_SAMPLE = 21
const HIGHEST_SAMPLE = 108
const SAMPLE_NAMES: Readonly<Record<number, string>> = { 0: 'C', 3: 'D#', 6: 'F#', 9: 'A' }
/** A key held longer than this has all but faded. */
const LONGEST_SECONDS = 10
const FADE_SECONDS = 0.5
/** Sound before this share of the peak is the room, not the hammer. */
const ONSET_SHARE = 0.02
const BEFORE_ONSET_SECONDS = 0.002
/** Notes are made equally loud by their mean power here: the recorded strokes differ by several dB. */
const LEVEL_SECONDS = 0.4
const LEVEL = 0.08

const samples = new Map<number, Promise<Recording>>()
const notes = new Map<number, Promise<Float32Array>>()

interface Recording {
  readonly pcm: Float32Array
  readonly sampleRate: number
}

/**
 * A struck and held piano key at `SAMPLE_RATE`: mono, the hammer within its first 3 ms, ten seconds at most. Of a mean
 * power in its first 0.4 s that is the same for all keys. Kept in memory once made; callers must not change it.
 * @param pitch MIDI pitch; beyond the piano's 88 keys the outermost sample is shifted.
 */
export function pianoNote(pitch: number): Promise<Float32Array> {
  return remembered(notes, pitch, makeNote)
}

async function makeNote(pitch: number): Promise<Float32Array> {
  const nearest = Math.min(
    HIGHEST_SAMPLE,
    Math.max(LOWEST_SAMPLE, Math.round((pitch - LOWEST_SAMPLE) / 3) * 3 + LOWEST_SAMPLE),
  )
  const { pcm, sampleRate } = await remembered(samples, nearest, decodeSample)
  const step = (sampleRate / SAMPLE_RATE) * 2 ** ((pitch - nearest) / 12)
  return levelled(resample(pcm, step))
}

function remembered<T>(cache: Map<number, Promise<T>>, key: number, make: (key: number) => Promise<T>): Promise<T> {
  const existing = cache.get(key)
  if (existing) return existing
  const made = make(key)
  cache.set(key, made)
  made.catch(() => cache.delete(key)) // the next call tries again
  return made
}

/** `C4v10.ogg` is middle C, MIDI pitch 60. */
function sampleFile(pitch: number): string {
  const folder = dirname(createRequire(import.meta.url).resolve(`${pianoCredit.npmPackage}/package.json`))
  return join(folder, 'audio', `${SAMPLE_NAMES[pitch % 12]}${Math.floor(pitch / 12) - 1}v10.ogg`)
}

async function decodeSample(pitch: number): Promise<Recording> {
  const file = sampleFile(pitch)
  const decoder = new OggVorbisDecoder()
  await decoder.ready
  try {
    const { channelData, sampleRate, errors } = await decoder.decodeFile(await readFile(file))
    if (errors[0] || !channelData[0]) throw new Error(`${file} does not decode: ${errors[0]?.message ?? 'no sound'}`)
    return { pcm: trimmed(mono(channelData), sampleRate), sampleRate }
  } finally {
    decoder.free()
  }
}

function mono(channels: readonly Float32Array[]): Float32Array {
  const [left, right = left] = channels as [Float32Array, Float32Array?]
  return left.map((value, index) => (value + (right[index] as number)) / 2)
}

/** From just before the hammer on, faded out at the longest length. */
function trimmed(pcm: Float32Array, sampleRate: number): Float32Array {
  const peak = pcm.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const onset = pcm.findIndex((value) => Math.abs(value) >= peak * ONSET_SHARE)
  const start = Math.max(0, onset - Math.round(BEFORE_ONSET_SECONDS * sampleRate))
  const result = pcm.slice(start, start + LONGEST_SECONDS * sampleRate)
  const fade = Math.min(result.length, FADE_SECONDS * sampleRate)
  for (let i = 1; i <= fade; i++) result[result.length - i] = (result[result.length - i] as number) * ((i - 1) / fade)
  return result
}

function levelled(pcm: Float32Array): Float32Array {
  const attack = pcm.subarray(0, LEVEL_SECONDS * SAMPLE_RATE)
  const power = attack.reduce((sum, value) => sum + value * value, 0) / attack.length
  const gain = LEVEL / Math.sqrt(power)
  return pcm.map((value) => value * gain)
}
