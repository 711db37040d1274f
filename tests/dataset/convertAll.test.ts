import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { convertAll, type Converted } from '../../src/dataset/convertAll.ts'
import type { Conversion } from '../../src/dataset/convertScore.ts'
import { DEFAULT_EXTRACTION as extraction } from '../../src/dataset/scoreToMelodies.ts'
import { InterruptedError } from '../../src/support/errors.ts'
import { silentReporter } from '../../src/support/progress.ts'

const workerFile = fileURLToPath(new URL('../fixtures/workers/misbehaving.mjs', import.meta.url))
const options = { threads: 2, workerFile, timeLimitMs: 1500, memoryLimitMb: 64 }
const effects = { reporter: silentReporter, signal: new AbortController().signal, now: () => 0 }

async function convert(contents: readonly string[], change = {}): Promise<(Converted | undefined)[]> {
  const results: Converted[] = []
  const load = (n: number) => Promise.resolve({ format: 'abc', content: contents[n]!, extraction } as const)
  const done = (n: number, converted: Converted): void => {
    expect(results[n], 'each score is done once').toBeUndefined()
    results[n] = converted
  }
  await convertAll(contents.length, load, done, { ...options, ...change }, effects)
  return contents.map((_, n) => results[n])
}
const reason = (converted: Converted | undefined): string | undefined =>
  (JSON.parse(converted?.text ?? '{}') as Partial<Conversion>).dropped?.[0]?.reason

describe('convertAll', () => {
  it('quarantines what hangs, dies or eats the memory, by name, and does the rest', async () => {
    const contents = ['fine', 'hang', 'fine', 'exit', 'memory', 'throw', ...Array.from({ length: 20 }, () => 'fine')]
    const results = await convert(contents)
    expect(reason(results[1])).toBe('unreadable: limit-time: more than 1.5 s')
    expect(reason(results[3])).toMatch(/^unreadable: worker-died: /)
    expect(reason(results[4])).toBe('unreadable: limit-memory: more than 64 MB')
    expect(reason(results[5])).toBe('unreadable: worker-died: out of range')
    expect(results.filter((each) => each?.lasting === false)).toHaveLength(4)
    expect(results.filter((each) => reason(each) === 'drums')).toHaveLength(contents.length - 4)
  })

  it('does not write down for good what the reader itself had no time for', async () => {
    const [slow, fine] = await convert(['slow', 'fine'])
    expect(reason(slow)).toMatch(/limit-time/)
    expect([slow?.lasting, fine?.lasting]).toEqual([false, true])
  })

  it('has nothing to do for no scores', async () => {
    expect(await convert([])).toEqual([])
  })

  it('stops between scores when asked, and says how to resume', async () => {
    const controller = new AbortController()
    let count = 0
    const done = (): void => {
      if (++count === 3) controller.abort()
    }
    const load = () => Promise.resolve({ format: 'abc', content: 'fine', extraction } as const)
    const stopping = convertAll(1000, load, done, options, { ...effects, signal: controller.signal })
    await expect(stopping).rejects.toThrow(InterruptedError)
    expect(count).toBeLessThan(10)
  })

  it('stops at once in the middle of a score, which is then not called a failure', async () => {
    const controller = new AbortController()
    const load = () => Promise.resolve({ format: 'abc', content: 'hang', extraction } as const)
    setTimeout(() => controller.abort(), 300)
    const done = (): void => expect.unreachable('a stopped score has no result')
    const patient = { ...options, timeLimitMs: 60_000 }
    const stopping = convertAll(4, load, done, patient, { ...effects, signal: controller.signal })
    await expect(stopping).rejects.toThrow(InterruptedError)
  })

  it('reads in this thread where there is no worker, and a broken score is a reason there too', async () => {
    const [broken] = await convert(['no tune at all'], { threads: 0 })
    expect(reason(broken)).toMatch(/^unreadable: AbcConversionError: no K: field/)
  })
})
