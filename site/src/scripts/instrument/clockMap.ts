import type { ClockPair } from './inputTime.ts'

/** Milliseconds for which a sample is kept: long enough for a block that began early, short enough for clocks that drift apart. */
const KEPT_MILLISECONDS = 5000
/** The audio clock advances in blocks, which no device makes longer; one that falls behind by more stood still. */
const LONGEST_BLOCK_MILLISECONDS = 60

/** Milliseconds that the page's clock is ahead of the audio clock, as read at a time. */
interface Sample {
  readonly at: number
  readonly offset: number
}

/**
 * How the audio clock lies on the page's: it is read in blocks of some milliseconds, so that a single reading may be a whole
 * block old. The readings taken just behind a block's beginning, the least of many, say where it really is.
 */
export class ClockMap {
  private readonly read: () => ClockPair
  /** The oldest first; each has a smaller offset than all that are newer. */
  private samples: readonly Sample[] = []

  /** @param read both clocks at one moment. */
  constructor(read: () => ClockPair) {
    this.read = read
  }

  /** Both clocks at this moment, without the blocks' steps. */
  pair(): ClockPair {
    const { performanceTime } = this.read()
    return { performanceTime, contextTime: (performanceTime - this.offset()) / 1000 }
  }

  /** When a time of the audio clock comes, in milliseconds of the page's. */
  performanceTimeOf(contextTime: number): number {
    return contextTime * 1000 + this.offset()
  }

  /** Takes a sample; milliseconds that the page's clock is ahead of the audio clock. */
  offset(): number {
    const { contextTime, performanceTime: at } = this.read()
    const offset = at - contextTime * 1000
    const since = at - KEPT_MILLISECONDS
    const isKept = (sample: Sample): boolean =>
      sample.at >= since && sample.offset < offset && offset < sample.offset + LONGEST_BLOCK_MILLISECONDS
    this.samples = [...this.samples.filter(isKept), { at, offset }]
    return this.samples[0]?.offset ?? offset
  }
}
