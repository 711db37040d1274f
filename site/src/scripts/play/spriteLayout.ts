/** Where the keys lie in the sprite of piano notes: one file, a slot a key. Shared by who makes it and who plays it. */

/** A sampled key every four half-tones, so that no note is shifted by more than two. */
export const SPRITE_PITCHES: readonly number[] = Array.from({ length: 21 }, (_, n) => 24 + 4 * n)
/** Of a slot, silence included: what 400 kB of MP3 at 32 kbit/s have room for. */
export const SLOT_SECONDS = 4.5
/** Silence before a key: a decoder may shift the sound by some 50 ms. */
export const LEAD_SECONDS = 0.1
