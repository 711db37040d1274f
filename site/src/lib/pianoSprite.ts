import { encodeMp3 } from '../../../src/audio/encodeMp3.ts'
import { renderMelody } from '../../../src/audio/renderMelody.ts'
import { SAMPLE_RATE } from '../../../src/audio/sampleRate.ts'
import { writeMidi } from '../../../src/score/writeMidi.ts'
import { LEAD_SECONDS, SLOT_SECONDS, SPRITE_PITCHES } from '../scripts/play/spriteLayout.ts'

const QPM = 120
const VELOCITY = 100 // as in the published melodies
const FADE_SECONDS = 0.6

let made: Promise<Uint8Array<ArrayBuffer>> | undefined

/** The keys the page plays with, one after the other, in the published melodies' sound; as MP3. Made once a build. */
export function pianoSprite(): Promise<Uint8Array<ArrayBuffer>> {
  made ??= makeSprite()
  return made
}

async function makeSprite(): Promise<Uint8Array<ArrayBuffer>> {
  const { pcm } = await renderMelody(keysAsMidi())
  const slot = Math.round(SLOT_SECONDS * SAMPLE_RATE)
  return encodeMp3(fadedSlots(pcm.slice(0, slot * SPRITE_PITCHES.length), slot))
}

/** Each key of the sprite, held for the rest of its slot. */
function keysAsMidi(): Uint8Array {
  const notes = SPRITE_PITCHES.map((pitch, n) => ({
    pitch,
    startSeconds: n * SLOT_SECONDS + LEAD_SECONDS,
    endSeconds: (n + 1) * SLOT_SECONDS,
    ...{ velocity: VELOCITY, program: 0, instrument: 0, isDrum: false },
  }))
  return writeMidi({
    ticksPerQuarter: 480,
    tempos: [{ timeSeconds: 0, qpm: QPM }],
    ...{ timeSignatures: [], keySignatures: [], startTimeOffsetSeconds: 0 },
    totalSeconds: SPRITE_PITCHES.length * SLOT_SECONDS,
    notes,
  })
}

/** Every slot without the ring of the key before it, and brought to silence at its end. */
function fadedSlots(pcm: Float32Array, slot: number): Float32Array {
  const lead = Math.round(LEAD_SECONDS * SAMPLE_RATE)
  const fade = Math.round(FADE_SECONDS * SAMPLE_RATE)
  return pcm.map((value, at) => {
    const inSlot = at % slot
    if (inSlot < lead - 1) return 0
    return value * Math.min(1, (slot - inSlot) / fade)
  })
}
