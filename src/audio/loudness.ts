/** Blocks of 400 ms, a new one each 100 ms. */
const [BLOCK_SECONDS, HOP_SECONDS] = [0.4, 0.1]
/** Softer blocks do not count: absolutely, and below the mean of the others, in LUFS. */
const [GATE, BELOW] = [-70, 10]

interface Biquad {
  readonly b: readonly [number, number, number]
  readonly a: readonly [number, number]
}

/**
 * Integrated loudness of mono sound in LUFS, as ITU-R BS.1770-4 measures it: weighted for how ears hear, pauses left out.
 * -Infinity for silence, and for less than 0.4 s.
 * @example loudness(sine997Hz, 24_000) // -3.01 for a sine of full scale
 */
export function loudness(pcm: Float32Array, sampleRate: number): number {
  const heard = filtered(filtered(pcm, shelf(sampleRate)), highPass(sampleRate))
  const [block, hop] = [Math.round(BLOCK_SECONDS * sampleRate), Math.round(HOP_SECONDS * sampleRate)]
  const powers: number[] = []
  for (let from = 0; from + block <= heard.length; from += hop) {
    let sum = 0
    for (const value of heard.subarray(from, from + block)) sum += value * value
    powers.push(sum / block)
  }
  const loud = powers.filter((power) => level(power) > GATE)
  const kept = loud.filter((power) => level(power) > level(meanOf(loud)) - BELOW)
  return kept.length === 0 ? -Infinity : level(meanOf(kept))
}

const level = (power: number): number => -0.691 + 10 * Math.log10(power)
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** The head's effect: 4 dB more above about 1.7 kHz; coefficients for any rate as in libebur128. */
function shelf(sampleRate: number): Biquad {
  const [k, q] = [Math.tan((Math.PI * 1681.974450955533) / sampleRate), 0.7071752369554196]
  const high = 10 ** (3.999843853973347 / 20)
  const band = high ** 0.4996667741545416
  const norm = 1 + k / q + k * k
  return {
    b: [(high + (band * k) / q + k * k) / norm, (2 * (k * k - high)) / norm, (high - (band * k) / q + k * k) / norm],
    a: [(2 * (k * k - 1)) / norm, (1 - k / q + k * k) / norm],
  }
}

/** What is lower than about 38 Hz is hardly heard. */
function highPass(sampleRate: number): Biquad {
  const [k, q] = [Math.tan((Math.PI * 38.13547087602444) / sampleRate), 0.5003270373238773]
  const norm = 1 + k / q + k * k
  return { b: [1, -2, 1], a: [(2 * (k * k - 1)) / norm, (1 - k / q + k * k) / norm] }
}

function filtered(pcm: Float32Array, { b, a }: Biquad): Float32Array {
  let [x1, x2, y1, y2] = [0, 0, 0, 0]
  return pcm.map((x) => {
    const y = b[0] * x + b[1] * x1 + b[2] * x2 - a[0] * y1 - a[1] * y2
    ;[x2, x1, y2, y1] = [x1, x, y1, y]
    return y
  })
}

/** The sound made so loud, in LUFS; silence stays as it is. @throws RangeError where it would be cut off. */
export function atLoudness(pcm: Float32Array, sampleRate: number, target: number): Float32Array {
  const found = loudness(pcm, sampleRate)
  if (found === -Infinity) return pcm
  const gain = 10 ** ((target - found) / 20)
  const louder = pcm.map((value) => value * gain)
  const peak = louder.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (peak >= 1) throw new RangeError(`at ${target} LUFS the sound's peak would be ${peak.toFixed(2)}`)
  return louder
}
