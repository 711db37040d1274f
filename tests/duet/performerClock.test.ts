import { describe, expect, it } from 'vitest'
import { hearOnset, startClock, WINDOW_SECONDS } from '../../src/duet/performerClock.ts'

/** The steps that notes on every second step are heard on. */
function heardSteps(times: readonly number[], secondsPerStep = 0.125): number[] {
  let clock = startClock(secondsPerStep)
  return times.map((seconds) => {
    const found = hearOnset(clock, seconds)
    clock = found.clock
    return found.arrival.step
  })
}

describe('hearOnset', () => {
  it('takes a note up to half a step early for its step, and says whether the step was still open', () => {
    const { arrival } = hearOnset(startClock(0.125), 0.25 - 0.06)
    expect(arrival.step).toBe(2)
    expect(arrival.isOpen).toBe(true)
    expect(hearOnset(startClock(0.125), 0.25 + WINDOW_SECONDS + 0.001).arrival).toMatchObject({
      step: 2,
      isOpen: false,
    })
  })
  it.each([-0.02, 0, 0.02])('follows a performer whose beat drifts by %f', (drift) => {
    const steps = Array.from({ length: 200 }, (_, n) => 2 * n)
    expect(heardSteps(steps.map((step) => step * 0.125 * (1 + drift)))).toEqual(steps)
  })
  it('learns that a performer is late', () => {
    let clock = startClock(0.125)
    for (let n = 0; n < 40; n++) clock = hearOnset(clock, n * 0.25 + 0.03).clock
    expect(clock.lateness + clock.drift).toBeCloseTo(0.03, 2)
  })
})
