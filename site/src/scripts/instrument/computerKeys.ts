/** The piano's keys on two rows of the computer's, by place, so on every layout: C is the key right of Caps Lock. */
export const PIANO_KEYS: Readonly<Record<string, number>> = {
  ...{ KeyA: 0, KeyW: 1, KeyS: 2, KeyE: 3, KeyD: 4, KeyF: 5, KeyT: 6, KeyG: 7, KeyY: 8, KeyH: 9, KeyU: 10, KeyJ: 11 },
  ...{ KeyK: 12, KeyO: 13, KeyL: 14 },
}

/** Half-tones that a key of the computer moves the others by: Z an octave down, X one up. */
export const OCTAVE_KEYS: Readonly<Record<string, number>> = { KeyZ: -12, KeyX: 12 }
