import { EXPECTED_EVENTS } from '../../../../src/generation/expectedEvents.ts'
import type { Finished, Progress } from './continuation.ts'
import type { Answer, Request, WeightsPlace } from './messages.ts'
import type { Playable } from './player.ts'
import type { Settings } from './settings.ts'

/** A melody that a model makes, or has made, as far as it is known. */
export class MadeMelody implements Playable {
  /** Steps that were given: the primer and what is appended to it; 0 until the engine has looked at it. */
  givenSteps = 0
  totalSteps = 0
  readonly events: number[] = []
  /** What was expected at each step: probabilities by `expectedIndex`; none at the first. */
  readonly expected: Float32Array[] = []
  /** Whether no more events come: it is finished, or was stopped. */
  isWhole = false
  finished: Finished | null = null
  isVerified = false

  take({ events, expected }: Progress): void {
    for (const [n, event] of events.entries()) {
      this.events.push(event)
      this.expected.push(expected.subarray(n * EXPECTED_EVENTS, (n + 1) * EXPECTED_EVENTS))
    }
  }
}

interface MakerEvents {
  readonly onLoading: (share: number) => void
  readonly onProgress: (melody: MadeMelody) => void
  readonly onFinished: (melody: MadeMelody) => void
  readonly onFailed: (message: string) => void
}

/** The models' engine as the page sees it: one melody at a time, in a worker that starts with the first. */
export class Maker {
  private readonly events: MakerEvents
  private worker: Worker | null = null
  private melody: MadeMelody | null = null
  private id = 0

  constructor(events: MakerEvents) {
    this.events = events
  }

  /** Begins a melody; the one before is given up. */
  make(settings: Settings, weights: WeightsPlace): MadeMelody {
    this.stop()
    this.melody = new MadeMelody()
    this.worker ??= this.open()
    this.send({ kind: 'make', id: ++this.id, settings, weights })
    return this.melody
  }

  stop(): void {
    if (this.melody === null) return
    this.melody.isWhole = true
    this.melody = null
    this.send({ kind: 'stop' })
  }

  get isMaking(): boolean {
    return this.melody !== null
  }

  private send(request: Request): void {
    this.worker?.postMessage(request)
  }

  private open(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = ({ data }: MessageEvent<Answer>): void => this.hear(data)
    worker.onerror = () => {
      this.worker = null // the next melody tries again
      this.fail('The models’ engine could not be started in this browser: reload the page, or try a current browser.')
    }
    return worker
  }

  private hear(answer: Answer): void {
    const { melody } = this
    if (answer.id !== this.id || melody === null) return // of a melody given up
    if (answer.kind === 'begun') {
      melody.givenSteps = answer.givenSteps
      melody.totalSteps = answer.totalSteps
    }
    if (answer.kind === 'loading') this.events.onLoading(answer.share)
    if (answer.kind === 'failed') this.fail(answer.message)
    if (answer.kind === 'progress') {
      melody.take(answer.progress)
      this.events.onProgress(melody)
    }
    if (answer.kind === 'finished') {
      this.melody = null
      melody.isWhole = true
      melody.finished = answer.finished
      melody.isVerified = answer.isVerified
      this.events.onFinished(melody)
    }
  }

  private fail(message: string): void {
    if (this.melody !== null) this.melody.isWhole = true
    this.melody = null
    this.events.onFailed(message)
  }
}
