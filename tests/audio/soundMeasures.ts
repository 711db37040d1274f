/** Root of the mean square: 1 is a full-scale square wave. */
export function rms(pcm: Float32Array): number {
  return Math.sqrt(pcm.reduce((sum, value) => sum + value * value, 0) / pcm.length)
}

export function peak(pcm: Float32Array): number {
  return pcm.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
}

/** Strength of one frequency in the sound, by its Fourier sum under a Hann window. */
export function strength(pcm: Float32Array, sampleRate: number, hertz: number): number {
  let re = 0
  let im = 0
  pcm.forEach((value, index) => {
    const weighed = value * (0.5 - 0.5 * Math.cos((2 * Math.PI * index) / pcm.length))
    re += weighed * Math.cos((2 * Math.PI * hertz * index) / sampleRate)
    im += weighed * Math.sin((2 * Math.PI * hertz * index) / sampleRate)
  })
  return Math.hypot(re, im) / pcm.length
}

/** The strongest frequency between two, to a tenth of a hertz near the maximum. */
export function strongest(pcm: Float32Array, sampleRate: number, from: number, to: number): number {
  const search = (low: number, high: number, step: number): number => {
    let best = { hertz: low, value: -1 }
    for (let hertz = low; hertz <= high; hertz += step) {
      const value = strength(pcm, sampleRate, hertz)
      if (value > best.value) best = { hertz, value }
    }
    return best.hertz
  }
  const rough = search(from, to, 1)
  return search(rough - 1, rough + 1, 0.1)
}
