/** What a key or a pedal does. */
export type KeyChange =
  | { readonly kind: 'strike'; readonly pitch: number; readonly velocity: number }
  | { readonly kind: 'release'; readonly pitch: number }
  | { readonly kind: 'pedal'; readonly isDown: boolean }
  /** All notes end: a panic key, or a keyboard that was reset. */
  | { readonly kind: 'silence' }

const [NOTE_OFF, NOTE_ON, CONTROL] = [0x80, 0x90, 0xb0]
const [SUSTAIN, ALL_SOUND_OFF, ALL_NOTES_OFF] = [64, 120, 123]

/**
 * What a MIDI message means for the instrument; null for all it does not listen to, and for bytes that are not a message.
 * @param channel 1 to 16; null listens to all of them.
 * @example keyChangeOf([0x90, 60, 100], null) // { kind: 'strike', pitch: 60, velocity: 100 }
 */
export function keyChangeOf(data: ArrayLike<number>, channel: number | null): KeyChange | null {
  const [status = 0, first = -1, second = -1] = Array.from(data)
  const kind = status & 0xf0
  const isWhole = first >= 0 && first <= 127 && second >= 0 && second <= 127
  if (!isWhole || (channel !== null && (status & 0x0f) !== channel - 1)) return null
  if (kind === NOTE_ON && second > 0) return { kind: 'strike', pitch: first, velocity: second }
  if (kind === NOTE_ON || kind === NOTE_OFF) return { kind: 'release', pitch: first }
  if (kind !== CONTROL) return null
  if (first === SUSTAIN) return { kind: 'pedal', isDown: second >= 64 }
  return first === ALL_SOUND_OFF || first === ALL_NOTES_OFF ? { kind: 'silence' } : null
}

/** Bytes of a note that begins, on a channel from 1 to 16. */
export const strikeBytes = (channel: number, pitch: number, velocity: number): number[] => [
  ...[NOTE_ON + channel - 1, pitch, Math.min(127, Math.max(1, Math.round(velocity)))],
]
/** Bytes of a note that ends. */
export const releaseBytes = (channel: number, pitch: number): number[] => [NOTE_OFF + channel - 1, pitch, 0]
/** Bytes that end all notes of a channel. */
export const silenceBytes = (channel: number): number[] => [CONTROL + channel - 1, ALL_NOTES_OFF, 0]
/** MIDI clock: a tick (24 per quarter note), start and stop. */
export const CLOCK = { tick: [0xf8], start: [0xfa], stop: [0xfc], perQuarter: 24 } as const
