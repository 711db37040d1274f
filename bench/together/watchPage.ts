import type { Page } from 'playwright-core'
import { TAP_PROCESSOR } from './tapProcessor.ts'

/** Where an input of the tap begins to sound. */
export interface Onset {
  /** 0: what the person plays, 1: the partner, 2: the metronome. */
  readonly input: number
  readonly frame: number
  /** Samples of silence before. */
  readonly silent: number
  readonly peak: number
}

/** A sound that the page hands to the audio clock, and both clocks at that moment. */
export interface Handed {
  readonly when: number
  readonly now: number
  stop: number
}

/** A MIDI message on its way out; milliseconds of the page's clock. */
export interface Sent {
  readonly bytes: readonly number[]
  readonly at: number
  readonly sentAt: number
}

/** What is watched in the page. Offsets: milliseconds that the page's clock is ahead of the audio clock. */
export interface Watched {
  readonly onsets: Onset[]
  readonly handed: Handed[]
  readonly sent: Sent[]
  /** Least offset of every second. */
  readonly offsets: number[]
  readonly sampleRate: number
}

/**
 * Before the page begins: a tap on what goes to its limiter, a MIDI output that remembers, and both clocks side by side.
 * @param page of a context that bypasses the security policy, which would not load the tap.
 */
export async function watchPage(page: Page): Promise<void> {
  await page.addInitScript(watch, TAP_PROCESSOR)
}

export const watched = (page: Page): Promise<Watched> =>
  page.evaluate(() => (window as unknown as { watched: Watched }).watched)

/** Forgets what was watched so far. */
export const forget = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const { onsets, handed, sent, offsets } = (window as unknown as { watched: Watched }).watched
    for (const list of [onsets, handed, sent, offsets]) list.length = 0
  })

/** Runs in the page. */
function watch(processor: string): void {
  const all = { onsets: [], handed: [], sent: [], offsets: [], sampleRate: 0 } as unknown as {
    -readonly [key in keyof Watched]: Watched[key]
  }
  Object.assign(window, { watched: all })
  const sources: AudioNode[] = []
  let tap: AudioWorkletNode | null = null
  const { connect } = AudioNode.prototype
  const join = connect as (this: AudioNode, target: AudioNode, ...ports: number[]) => AudioNode
  const hear = (source: AudioNode, input: number): void => void join.call(source, tap!, 0, input)
  Object.assign(AudioNode.prototype, {
    connect(this: AudioNode, target: AudioNode, ...ports: number[]) {
      if (target instanceof DynamicsCompressorNode) {
        sources.push(this)
        if (tap !== null) hear(this, sources.length - 1)
      }
      return join.call(this, target, ...ports)
    },
  })
  const Context = window.AudioContext
  window.AudioContext = class extends Context {
    constructor(options?: AudioContextOptions) {
      super(options)
      all.sampleRate = this.sampleRate
      const module = URL.createObjectURL(new Blob([processor], { type: 'text/javascript' }))
      void this.audioWorklet.addModule(module).then(() => {
        tap = new AudioWorkletNode(this, 'together-tap', { numberOfInputs: 3, numberOfOutputs: 0 })
        tap.port.onmessage = ({ data }: MessageEvent<Onset>) => all.onsets.push(data)
        sources.forEach(hear)
      })
      let least = Infinity
      setInterval(() => (least = Math.min(least, performance.now() - 1000 * this.currentTime)), 4)
      setInterval(() => {
        if (this.state === 'running') all.offsets.push(least)
        least = Infinity
      }, 1000)
    }
  }
  for (const type of [OscillatorNode, AudioBufferSourceNode]) {
    const { start, stop } = type.prototype
    const known = new WeakMap<AudioScheduledSourceNode, Handed>()
    type.prototype.start = function (this: AudioScheduledSourceNode, ...times: [number?]) {
      const isClick = this instanceof OscillatorNode && this.type === 'square'
      const handed = { when: times[0] ?? 0, now: this.context.currentTime, stop: Infinity }
      known.set(this, handed)
      if (!isClick) all.handed.push(handed)
      start.apply(this, times)
    }
    type.prototype.stop = function (this: AudioScheduledSourceNode, ...times: [number?]) {
      const handed = known.get(this)
      if (handed !== undefined) handed.stop = times[0] ?? this.context.currentTime
      stop.apply(this, times)
    }
  }
  const output = {
    ...{ id: 'out', name: 'Stub synth', state: 'connected' },
    send: (bytes: number[], at: number) => all.sent.push({ bytes, at, sentAt: performance.now() }),
  }
  const access = { inputs: new Map(), outputs: new Map([['out', output]]), onstatechange: null }
  Object.assign(navigator, { requestMIDIAccess: () => Promise.resolve(access) })
}
