/** Where the keys lie in the sprite of piano notes: one file, a slot per key. Shared by who makes it and who plays it. */
export interface SpriteSlot {
  readonly pitch: number
  /** Where the slot begins in the file, in seconds. */
  readonly from: number
  readonly to: number
}

/** Silence before a key: a decoder may shift the sound by some 50 ms. */
export const LEAD_SECONDS = 0.1

/** A sampled key every four half-tones, so that no note is shifted by more than two. */
const PITCHES = Array.from({ length: 21 }, (_, n) => 24 + 4 * n)

/**
 * Length of a slot, silence included: what 340 kB of MP3 at 32 kbit/s have room for. High strings have died away sooner: by 2.5
 * seconds they are 48 dB below their beginning from key 80 on, by 2 seconds 63 dB from key 92 on.
 */
const slotSeconds = (pitch: number): number => (pitch >= 92 ? 2 : pitch >= 80 ? 2.6 : 4.5)

/** The slots of all sampled keys, in the order of the file. */
export const SPRITE_SLOTS: readonly SpriteSlot[] = PITCHES.map((pitch, n) => {
  const from = PITCHES.slice(0, n).reduce((sum, each) => sum + slotSeconds(each), 0)
  return { pitch, from, to: from + slotSeconds(pitch) }
})
