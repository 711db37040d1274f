import { encodeMp3 } from '../../../src/audio/encodeMp3.ts'
import { pianoNote } from '../../../src/audio/pianoNote.ts'
import { PEAK } from '../../../src/audio/renderMelody.ts'
import { SAMPLE_RATE } from '../../../src/audio/sampleRate.ts'
import { LEAD_SECONDS, SLOT_SECONDS, SPRITE_PITCHES } from '../scripts/play/spriteLayout.ts'

const FADE_SECONDS = 0.6

/** The keys the page plays with, one after the other, as MP3. Made once a build. */
export function pianoSprite(): Promise<Uint8Array> {
  made ??= makeSprite()
  return made
}

let made: Promise<Uint8Array> | undefined

async function makeSprite(): Promise<Uint8Array> {
  const slot = Math.round(SLOT_SECONDS * SAMPLE_RATE)
  const lead = Math.round(LEAD_SECONDS * SAMPLE_RATE)
  const pcm = new Float32Array(slot * SPRITE_PITCHES.length)
  for (const [n, pitch] of SPRITE_PITCHES.entries()) {
    pcm.set(faded((await pianoNote(pitch)).slice(0, slot - lead)), n * slot + lead)
  }
  const peak = pcm.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return encodeMp3(pcm.map((value) => (value * PEAK) / peak))
}

/** Brought to silence at its end, in place. */
function faded(sound: Float32Array): Float32Array {
  const length = Math.min(sound.length, Math.round(FADE_SECONDS * SAMPLE_RATE))
  for (let i = 1; i <= length; i++) sound[sound.length - i] = (sound[sound.length - i] as number) * ((i - 1) / length)
  return sound
}
