import type { ClockPair } from './inputTime.ts'

/** Samples are kept for so long, in milliseconds. */
const KEPT_MILLISECONDS = 2000
/** The audio clock advances in blocks, which no device makes longer; one that falls behind by more stood still. */
const LONGEST_BLOCK_MILLISECONDS = 60

/**
 * How the audio clock lies on the page's: it is read in blocks of some milliseconds, so that a single reading may be a whole
 * block old. The readings taken just behind a block's beginning, the least of many, say where it really is.
 */
export class ClockMap {
  private readonly read: () => ClockPair
  private samples: { readonly at: number; readonly offset: number }[] = []

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
    this.samples = this.samples.filter(
      (sample) => sample.at >= since && offset < sample.offset + LONGEST_BLOCK_MILLISECONDS,
    )
    this.samples.push({ at, offset })
    return Math.min(...this.samples.map((sample) => sample.offset))
  }
}
