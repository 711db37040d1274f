import type { Turn } from './dialogue.ts'
import { performed } from './performed.ts'
import { PANS, type Side, SIDES } from './sound.ts'
import type { Timbre } from './timbres.ts'
import { Voice } from './voice.ts'
import { encodeWav } from './wav.ts'

const SAMPLE_RATE = 44_100
/** What still rings behind the last note. */
const RING_SECONDS = 1.5

/** How each side sounds. */
export type SideSounds = Readonly<Record<Side, { readonly timbre: Timbre; readonly volume: number }>>

/** A dialogue as a WAV file, with the timbres and volumes it is heard with. */
export async function renderDialogue(turns: readonly Turn[], sounds: SideSounds): Promise<Uint8Array<ArrayBuffer>> {
  const { notes, totalSeconds } = performed(turns)
  const context = new OfflineAudioContext(2, Math.ceil((totalSeconds + RING_SECONDS) * SAMPLE_RATE), SAMPLE_RATE)
  for (const side of SIDES) {
    const voice = new Voice(context, context.destination, { ...sounds[side], pan: PANS[side] })
    for (const { pitch, velocity, startSeconds, endSeconds } of notes.filter((note) => note.side === side)) {
      voice.strike(pitch, velocity, startSeconds)
      voice.release(pitch, endSeconds)
    }
  }
  const sound = await context.startRendering()
  return encodeWav([sound.getChannelData(0), sound.getChannelData(1)], SAMPLE_RATE)
}
