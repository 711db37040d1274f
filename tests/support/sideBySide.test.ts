import { describe, expect, it } from 'vitest'
import { sideBySide } from '../../src/support/sideBySide.ts'

/** A job that ends when told, and notes when it begins; stopped, it fails. */
function jobs(count: number) {
  const begun: number[] = []
  const ends: (() => void)[] = []
  const fails: ((error: Error) => void)[] = []
  const list = Array.from({ length: count }, (_, n) => (signal: AbortSignal) => {
    begun.push(n)
    return new Promise<{ n: number }>((done, fail) => {
      ends[n] = () => done({ n })
      fails[n] = fail
      signal.addEventListener('abort', () => fail(new Error(`${n} was stopped`)))
    })
  })
  return { list, begun, end: (n: number) => ends[n]?.(), fail: (n: number, error: Error) => fails[n]?.(error) }
}

const soon = (): Promise<void> => new Promise((done) => void setImmediate(done))

describe('sideBySide', () => {
  it('runs as many as it may, and tells and returns results in the order of the jobs', async () => {
    const { list, begun, end } = jobs(3)
    const told: number[] = []
    const options = {
      atOnce: 2,
      signal: new AbortController().signal,
      onDone: ({ n }: { n: number }) => void told.push(n),
    }
    const results = sideBySide(list, options)
    await soon()
    expect(begun).toEqual([0, 1])
    end(1)
    await soon()
    expect([begun, told]).toEqual([[0, 1, 2], []])
    end(0)
    await soon()
    expect(told).toEqual([0, 1])
    end(2)
    expect(await results).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }])
  })

  it('stops the others where one fails, begins no more, and throws that failure', async () => {
    const { list, begun, fail } = jobs(3)
    const results = sideBySide(list, { atOnce: 2, signal: new AbortController().signal, onDone: () => undefined })
    await soon()
    fail(1, new Error('the second broke'))
    await expect(results).rejects.toThrow('the second broke')
    expect(begun).toEqual([0, 1])
  })

  it('begins nothing more once it is stopped', async () => {
    const { list, begun } = jobs(3)
    const controller = new AbortController()
    const results = sideBySide(list, { atOnce: 1, signal: controller.signal, onDone: () => undefined })
    await soon()
    controller.abort()
    await expect(results).rejects.toThrow('0 was stopped')
    expect(begun).toEqual([0])
  })
})
