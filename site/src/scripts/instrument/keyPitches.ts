import { isBlackKey } from '../../../../src/melody/pitchName.ts'
import { MAX_PITCH } from '../../../../src/melody/melody.ts'
import { PIANO_KEYS } from './computerKeys.ts'

/** Notes that pads hold, or null for a piano's keys. */
export interface PadScale {
  /** Pitch class of the root, 0 = C. */
  readonly root: number
  /** Half-tones above the root. */
  readonly degrees: readonly number[]
}

/**
 * Pitches of the keys on the page, from `base`, a C, on: `count` white keys of a piano with the black ones between, or as many
 * notes of a mode.
 * @example keyPitches(60, 3, null) // [60, 61, 62, 63, 64]
 */
export function keyPitches(base: number, count: number, scale: PadScale | null): number[] {
  const all = Array.from({ length: MAX_PITCH + 1 - base }, (_, n) => base + n)
  if (scale !== null)
    return all.filter((pitch) => scale.degrees.includes((pitch - scale.root + 120) % 12)).slice(0, count)
  const last =
    all
      .filter((pitch) => !isBlackKey(pitch))
      .slice(0, count)
      .at(-1) ?? base
  return all.filter((pitch) => pitch <= last)
}

/**
 * The pitch of a key of the computer, by its place; undefined for one that plays nothing. With pads the lower row holds the
 * mode's notes one after the other.
 */
export function pitchOfCode(code: string, base: number, scale: PadScale | null): number | undefined {
  if (scale !== null) return keyPitches(base, LOWER_ROW.length, scale)[LOWER_ROW.indexOf(code)]
  const offset = PIANO_KEYS[code]
  return offset === undefined || base + offset > MAX_PITCH ? undefined : base + offset
}

/** The lower row of the two that play, from left to right. */
const LOWER_ROW = ['KeyA', 'KeyS', 'KeyD', 'KeyF', 'KeyG', 'KeyH', 'KeyJ', 'KeyK', 'KeyL']

/** The letter that plays each pitch. */
export function lettersOf(base: number, scale: PadScale | null): Map<number, string> {
  const codes = scale === null ? Object.keys(PIANO_KEYS) : LOWER_ROW
  return new Map(
    codes.flatMap((code) => {
      const pitch = pitchOfCode(code, base, scale)
      return pitch === undefined ? [] : [[pitch, code.slice(3)] as const]
    }),
  )
}
