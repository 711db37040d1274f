import type { Random } from '../support/random.ts'
import type { Episode, EpisodeStart } from './environment.ts'
import { itemAt } from '../support/itemAt.ts'

/** What an update needs of an episode, as plain JSON; numbers are float32, base64. */
export interface StoredEpisode {
  readonly start: string
  readonly actions: readonly number[]
  readonly theory: string
  readonly logPrior: string
}

/** A replay buffer as a checkpoint holds it. */
export interface StoredReplay {
  readonly next: number
  readonly episodes: readonly StoredEpisode[]
}

/** The last episodes, as many as there is room for: a ring buffer to learn from again. */
export class Replay {
  readonly capacity: number
  readonly #episodes: Episode[] = []
  #next = 0

  constructor(capacity: number) {
    this.capacity = capacity
  }

  get size(): number {
    return this.#episodes.length
  }

  /** Keeps episodes; the oldest make room. */
  add(episodes: readonly Episode[]): void {
    for (const episode of episodes) {
      this.#episodes[this.#next] = episode
      this.#next = (this.#next + 1) % this.capacity
    }
  }

  /** `count` episodes drawn with replacement. */
  draw(count: number, random: Random): Episode[] {
    return Array.from({ length: count }, () =>
      itemAt(this.#episodes, Math.floor(random.next() * this.#episodes.length)),
    )
  }

  stored(): StoredReplay {
    const episodes = this.#episodes.map(({ start, events, theory, logPrior }) => ({
      start: start.name,
      actions: events.slice(start.heard.length),
      theory: base64(theory),
      logPrior: base64(logPrior),
    }))
    return { next: this.#next, episodes }
  }

  /** @throws Error for an episode of a start that is not among `starts`. */
  static restored(capacity: number, { next, episodes }: StoredReplay, starts: readonly EpisodeStart[]): Replay {
    const replay = new Replay(capacity)
    for (const { start: name, actions, theory, logPrior } of episodes) {
      const start = starts.find((each) => each.name === name)
      if (start === undefined) throw new Error(`the replay holds an episode of the unknown start "${name}"`)
      const steps = actions.length
      replay.#episodes.push({
        ...{ start, events: [...start.heard, ...actions], theory: floats(theory), logPrior: floats(logPrior) },
        // Nothing is learned from these again.
        ...{ byTerm: new Float32Array(0), logPolicy: new Float32Array(steps), divergence: new Float32Array(steps) },
      })
    }
    replay.#next = next
    return replay
  }
}

function base64(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64')
}

function floats(text: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'))
  return new Float32Array(bytes.buffer)
}
