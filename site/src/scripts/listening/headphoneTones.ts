/** Seconds of a tone, and of the pause after it. */
const [TONE, PAUSE] = [0.9, 0.4]
const FREQUENCY = 200
const LEVEL = 0.25
/** 6 dB. */
const SOFTER = 0.5
const FADE = 0.1

/** What a round of the headphone check plays. */
export interface ToneRound {
  /** Which of the three tones is the quiet one, 0 to 2. */
  readonly quiet: number
  /** Which of the others has one ear's wave turned over: loudspeakers cancel it, so that there it is the quiet one. */
  readonly turned: number
}

/**
 * The three tones of a round for both ears (Woods et al. 2017, doi:10.3758/s13414-017-1361-2): one is softer, another one is
 * turned over on one side.
 * @returns samples of the left and of the right ear.
 */
export function roundOfTones({ quiet, turned }: ToneRound, sampleRate: number): [Float32Array, Float32Array] {
  const slot = Math.round((TONE + PAUSE) * sampleRate)
  const length = Math.round(TONE * sampleRate)
  const [left, right] = [new Float32Array(3 * slot), new Float32Array(3 * slot)]
  for (let tone = 0; tone < 3; tone++) {
    const level = LEVEL * (tone === quiet ? SOFTER : 1)
    for (let n = 0; n < length; n++) {
      const fade = Math.min(1, n / (FADE * sampleRate), (length - n) / (FADE * sampleRate))
      const value = level * fade * Math.sin((2 * Math.PI * FREQUENCY * n) / sampleRate)
      left[tone * slot + n] = value
      right[tone * slot + n] = tone === turned ? -value : value
    }
  }
  return [left, right]
}

/** Rounds of the check; two right answers pass. */
export const ROUNDS = 3
export const ROUNDS_TO_PASS = 2

/** The rounds of a check: quiet and turned tones are never the same. @param next a uniform in [0, 1). */
export function toneRounds(next: () => number): ToneRound[] {
  return Array.from({ length: ROUNDS }, () => {
    const quiet = Math.floor(next() * 3)
    return { quiet, turned: (quiet + 1 + Math.floor(next() * 2)) % 3 }
  })
}
