import { itemAt } from '../../../../src/support/itemAt.ts'
import { LEAD_SECONDS, SPRITE_SLOTS, type SpriteSlot } from '../play/spriteLayout.ts'

/** A key, when it is struck, and what it sounds through. */
interface SpriteKey {
  readonly pitch: number
  readonly when: number
  readonly output: AudioNode
}

/** Recorded keys of a piano in one sound file. */
export interface Sprite {
  /** Starts the sound of a key at a time; it rings for the rest of its slot unless it is stopped. */
  start(context: BaseAudioContext, key: SpriteKey): AudioBufferSourceNode
}

/**
 * The piano's keys, to be played in any context of the page.
 * @throws Error when the file cannot be fetched or decoded.
 */
export async function openSprite(decoder: BaseAudioContext, url: string): Promise<Sprite> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`answer ${response.status}`)
  const sound = await decoder.decodeAudioData(await response.arrayBuffer())
  const onsets = SPRITE_SLOTS.map((slot) => onsetOf(sound, slot))
  return {
    start(context, { pitch, when, output }) {
      const n = nearest(pitch)
      const slot = itemAt(SPRITE_SLOTS, n)
      const rate = 2 ** ((pitch - slot.pitch) / 12)
      const source = new AudioBufferSourceNode(context, { buffer: sound, playbackRate: rate })
      source.connect(output)
      source.start(when, onsets[n], slot.to - itemAt(onsets, n))
      return source
    },
  }
}

function nearest(pitch: number): number {
  let best = 0
  for (const [n, slot] of SPRITE_SLOTS.entries()) {
    if (Math.abs(slot.pitch - pitch) < Math.abs(itemAt(SPRITE_SLOTS, best).pitch - pitch)) best = n
  }
  return best
}

/** Where in the sprite the hammer of a slot's key falls, in seconds: decoders shift the sound, each by its own amount. */
function onsetOf(sprite: AudioBuffer, { from }: SpriteSlot): number {
  const rate = sprite.sampleRate
  const start = Math.round(from * rate)
  const part = sprite.getChannelData(0).subarray(start, start + Math.round((LEAD_SECONDS + 0.3) * rate))
  const peak = part.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const first = part.findIndex((value) => Math.abs(value) > peak / 10)
  return Math.max(0, (start + Math.max(0, first)) / rate - 0.004)
}
