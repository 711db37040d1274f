import { encodeMp3 } from '../../../src/audio/encodeMp3.ts'
import { renderMelody } from '../../../src/audio/renderMelody.ts'
import { SAMPLE_RATE } from '../../../src/audio/sampleRate.ts'
import { writeMidi } from '../../../src/score/writeMidi.ts'
import { itemAt } from '../../../src/support/itemAt.ts'
import { LEAD_SECONDS, SPRITE_SLOTS } from '../scripts/play/spriteLayout.ts'

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
  return encodeMp3(fadedSlots(pcm))
}

const TOTAL_SECONDS = itemAt(SPRITE_SLOTS, -1).to

/** Each key of the sprite, held for the rest of its slot. */
function keysAsMidi(): Uint8Array {
  const notes = SPRITE_SLOTS.map(({ pitch, from, to }) => ({
    ...{ pitch, startSeconds: from + LEAD_SECONDS, endSeconds: to },
    ...{ velocity: VELOCITY, program: 0, instrument: 0, isDrum: false },
  }))
  return writeMidi({
    ticksPerQuarter: 480,
    tempos: [{ timeSeconds: 0, qpm: QPM }],
    ...{ timeSignatures: [], keySignatures: [], startTimeOffsetSeconds: 0 },
    totalSeconds: TOTAL_SECONDS,
    notes,
  })
}

/** Every slot without the ring of the key before it, and brought to silence at its end. */
function fadedSlots(pcm: Float32Array): Float32Array {
  const [lead, fade] = [LEAD_SECONDS * SAMPLE_RATE, FADE_SECONDS * SAMPLE_RATE]
  const faded = new Float32Array(Math.round(TOTAL_SECONDS * SAMPLE_RATE))
  for (const { from, to } of SPRITE_SLOTS) {
    const end = Math.round(to * SAMPLE_RATE)
    for (let at = Math.round(from * SAMPLE_RATE + lead) - 1; at < end; at++)
      faded[at] = itemAt(pcm, at) * Math.min(1, (end - at) / fade)
  }
  return faded
}
