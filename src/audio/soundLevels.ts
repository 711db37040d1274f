/** How loud a sound is; full scale is 1. */
export interface SoundLevels {
  /** Its loudest sample. */
  readonly peak: number
  /** Root of the mean square: 1 is a full-scale square wave; 0 for no samples. */
  readonly rms: number
}

/** Peak and RMS of samples, 0 to 1; zero for silence. */
export function soundLevels(pcm: Float32Array): SoundLevels {
  let [peak, squares] = [0, 0]
  for (const value of pcm) {
    peak = Math.max(peak, Math.abs(value))
    squares += value * value
  }
  return { peak, rms: pcm.length === 0 ? 0 : Math.sqrt(squares / pcm.length) }
}

/** @example decibels(0.5) // -6.02… below full scale */
export const decibels = (level: number): number => 20 * Math.log10(level)
