import { expect, it } from 'vitest'
import { METRICS } from '../../src/evaluation/musical/metrics.ts'
import { rankingText, rankMelodies } from '../../src/study/rankMelodies.ts'
import type { Sidecar } from '../../src/results/sidecar.ts'

const reference = Object.fromEntries(
  METRICS.map(({ id }) => [
    id,
    {
      n: 9,
      undefined: 0,
      mean: 1,
      percentiles: [0, 0.5, 1, 1.5, id === 'longestSamePitchRun' ? 3 : 2] as const,
      p99: 4,
    },
  ]),
)
const by = { reference, copies: null }
const melody = (name: string, added: readonly number[]) => {
  const sidecar = { events: [60, -2, ...added], conditionedOn: [60, -2], temperature: 1 } as unknown as Sidecar
  return { name, sidecar }
}
const scale = Array.from({ length: 32 }, (_, step) => (step % 4 === 0 ? 60 + ((step / 4) % 5) : -2))

it('puts melodies that are degenerate last, and says why', () => {
  const ranked = rankMelodies(
    [
      melody('held', [62, 64, 65, ...new Array<number>(40).fill(-2)]),
      melody('scale', scale),
      melody('one', [62, -2, 62, -2, 62, -2, 62, -2, 62]),
      melody('none', new Array<number>(32).fill(-2)),
    ],
    by,
  )
  expect(ranked.map(({ melody: { name }, rank }) => `${rank} ${name}`)[0]).toBe('1 scale')
  const flags = Object.fromEntries(ranked.map((each) => [each.melody.name, each.flags]))
  expect(flags).toEqual({
    scale: [],
    held: ['no note for 2 bars'],
    one: ['1 pitch', "one pitch 5 times (people's 99th percentile: 4)"],
    none: ['no note for 2 bars', '0 pitches'],
  })
})

it('ranks by the mean distance from the medians', () => {
  const [first, second] = rankMelodies(
    [
      melody('a', scale),
      melody(
        'b',
        scale.map((event) => (event < 0 ? event : event * 2 - 60)),
      ),
    ],
    by,
  )
  expect(first!.distance).toBeLessThanOrEqual(second!.distance)
  expect(first!.distance).toBeGreaterThan(0)
})

it('is one table', () => {
  const lines = rankingText(rankMelodies([melody('a', scale), melody('b', scale)], by)).split('\n')
  expect(lines).toHaveLength(3)
  expect(lines[0]).toMatch(
    /^rank +melody +temperature +distance +notes per quarter +range +steps +repetition +degenerate$/,
  )
})

it('flags a melody that copies more of a training melody than people do, and falls back to the 95th percentile', () => {
  const copied = { n: 9, undefined: 0, mean: 4, percentiles: [1, 2, 3, 4, 6] as const }
  const longest = (events: readonly number[]): number => events.filter((event) => event >= 0).length - 1
  const flagsWith = (spread: typeof copied & { readonly p99?: number }) =>
    rankMelodies([melody('scale', scale)], { reference, copies: { reference: spread, longest } })[0]!.flags
  expect(flagsWith(copied)).toEqual(["7 moves copied from one training melody (people's 95th percentile: 6)"])
  expect(flagsWith({ ...copied, p99: 6.5 })).toEqual([
    "7 moves copied from one training melody (people's 99th percentile: 6.5)",
  ])
  expect(flagsWith({ ...copied, p99: 7 })).toEqual([])
})
