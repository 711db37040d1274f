/**
 * The tap, as the page's audio thread runs it: where each of its inputs begins to sound after at least 10 ms below -60 dBFS,
 * how long it was silent before, and the peak of the 10 ms that follow, all counted in samples.
 */
export const TAP_PROCESSOR = `
const LEVEL = 0.001
const BLOCK = 128
class Tap extends AudioWorkletProcessor {
  constructor(options) {
    super(options)
    this.states = Array.from({ length: options.numberOfInputs ?? 3 }, () => ({ silent: Infinity, since: 0, onset: null }))
  }
  process(inputs) {
    const shortest = sampleRate / 100
    inputs.forEach((channels, input) => {
      const state = this.states[input] ??= { silent: Infinity, since: 0, onset: null }
      for (let i = 0; i < BLOCK; i++) {
        let value = 0
        for (const channel of channels) value = Math.max(value, Math.abs(channel[i]))
        const frame = currentFrame + i
        if (value > LEVEL) {
          if (state.silent >= shortest && state.onset === null) state.onset = { input, frame, silent: state.silent, peak: 0 }
          state.silent = 0
        } else state.silent++
        if (state.onset === null) continue
        state.onset.peak = Math.max(state.onset.peak, value)
        if (frame - state.onset.frame < shortest) continue
        this.port.postMessage(state.onset)
        state.onset = null
      }
    })
    return true
  }
}
registerProcessor('together-tap', Tap)
`
