import { describe, expect, it } from 'vitest'
import { Clock, HORIZON_SECONDS } from '../../site/src/scripts/instrument/clock.ts'
import { FakeClock } from './fakeClock.ts'

describe('Clock', () => {
  it('hands over every stretch of time once and in order, up to 100 ms ahead', () => {
    const fake = new FakeClock()
    const stretches: [number, number, number][] = []
    const clock = new Clock(() => fake.now, fake.ticks, {
      onStretch: (from, to) => stretches.push([from, to, fake.now]),
      onLost: () => expect.unreachable(),
    })
    clock.start()
    fake.run(5) // 200 ticks of 25 ms
    expect(stretches).toHaveLength(201)
    expect(stretches[0]![0]).toBe(0)
    for (const [n, [from, to, now]] of stretches.entries()) {
      if (n > 0) expect(from).toBe(stretches[n - 1]![1])
      expect(to - now).toBeCloseTo(HORIZON_SECONDS, 9)
    }
    clock.stop()
    fake.run(1)
    expect(stretches).toHaveLength(201)
  })

  it('says that the page was away, and does not schedule what was missed', () => {
    const fake = new FakeClock()
    const lost: number[] = []
    const stretches: [number, number][] = []
    const clock = new Clock(() => fake.now, fake.ticks, {
      onStretch: (from, to) => stretches.push([from, to]),
      onLost: (seconds) => lost.push(seconds),
    })
    clock.start()
    fake.run(0.5)
    fake.now += 2 // no tick comes
    fake.run(0.1)
    expect(lost).toEqual([expect.closeTo(2.025, 6)])
    const after = stretches.filter(([from]) => from > 1)
    expect(after[0]![0]).toBeCloseTo(2.525, 6)
  })

  it('lets a listener stop it when the page was away', () => {
    const fake = new FakeClock()
    const clock: Clock = new Clock(() => fake.now, fake.ticks, {
      onStretch: () => undefined,
      onLost: () => clock.stop(),
    })
    clock.start()
    fake.now += 1
    fake.run(0.1)
    expect(clock.isRunning).toBe(false)
    expect(fake.ticks.isOn).toBe(false)
  })
})
