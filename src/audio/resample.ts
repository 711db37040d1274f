/** Zero crossings of the sinc on each side: steep enough that what folds back stays below -70 dB. */
const ZERO_CROSSINGS = 16
/** Entries of the kernel's table between two zero crossings; between entries it is interpolated. */
const RESOLUTION = 256
/** The filter begins to fall a little below half the new rate, so that its slope is over there. */
const PASS = 0.92

/** A sinc under a Hann window, from its middle to its last zero crossing. */
const kernel: Float64Array = Float64Array.from({ length: ZERO_CROSSINGS * RESOLUTION + 2 }, (_, index) => {
  const x = index / RESOLUTION
  if (x >= ZERO_CROSSINGS) return 0
  const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
  return sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / ZERO_CROSSINGS))
})

/**
 * Reads `input` at every `step`-th sample with a windowed sinc: `step` 2 halves the rate (or raises the pitch by an
 * octave at the same rate). What the new rate cannot hold is filtered out. The input is silent outside its ends.
 * @example resample(new Float32Array(48_000), 2).length // 24000
 */
export function resample(input: Float32Array, step: number): Float32Array {
  const band = PASS / Math.max(1, step)
  const reach = ZERO_CROSSINGS / band
  const result = new Float32Array(Math.floor(input.length / step))
  for (let n = 0; n < result.length; n++) {
    const centre = n * step
    const last = Math.min(input.length - 1, Math.floor(centre + reach))
    let sum = 0
    for (let i = Math.max(0, Math.ceil(centre - reach)); i <= last; i++) {
      const place = Math.abs(i - centre) * band * RESOLUTION
      const index = Math.floor(place)
      const below = kernel[index] as number
      sum += (input[i] as number) * (below + ((kernel[index + 1] as number) - below) * (place - index))
    }
    result[n] = sum * band
  }
  return result
}
