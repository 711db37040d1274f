import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { homeScore, type Lane } from '../../site/src/lib/homeScore.ts'
import { isDecided, type MusicalReport } from '../../src/results/musicalReport.ts'
import { resultAt } from '../../src/results/resultAt.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

beforeEach(() => void vi.stubEnv('CANTUS_OUT', projectRoot))

/** What a model added to its primer, pitches alone. */
function added(melody: string): number[] {
  const text = readFileSync(join(projectRoot, 'generated_melodies', `${melody}.json`), 'utf8')
  const { events, primerEvents } = JSON.parse(text) as { events: number[]; primerEvents: number[] }
  return events.slice(primerEvents.length).filter((event) => event >= 0)
}

/** Share of the notes that lie outside the major scale (of any root) that holds most of them. */
function outside(pitches: readonly number[]): number {
  const inside = Array.from({ length: 12 }, (_, root) =>
    pitches.filter((p) => [0, 2, 4, 5, 7, 9, 11].includes((p - root + 120) % 12)),
  )
  return 1 - Math.max(...inside.map(({ length }) => length)) / pitches.length
}

describe('what the text says of its sounds', () => {
  const chapter = (name: string): string =>
    readFileSync(join(projectRoot, 'report', `${name}.mdx`), 'utf8').replace(/\s+/g, ' ')

  it('a person brings the opening of the tune back, iteration 3.1 begins with it, iteration 2.1 never returns to it', () => {
    const score = homeScore()!
    const { stepsPerBar } = score.primer
    const openings = (voice: Lane['voice']) =>
      score.lanes.find((lane) => lane.voice === voice)!.arcs.filter(({ from }) => from.from < stepsPerBar / 2)
    expect(openings('person').some(({ notes }) => notes > 6)).toBe(true)
    expect(openings('2.1')).toEqual([])
    expect(openings('3.1')[0]!.to.from).toBe(score.primer.events.length)
    expect(openings('3.1')[0]!.notes).toBeGreaterThan(4)
    const longest = score.lanes.find(({ voice }) => voice === '2.1')!.arcs.map(({ notes }) => notes)
    expect(Math.max(...longest)).toBeLessThan(6)
    expect(chapter('why')).toContain('iteration 2.1 does not come back to its opening')
    expect(chapter('gain')).toContain('begins with the opening of the tune; in iteration 2.1 only short turns return')
  })

  it('the style has freer keys, in all continuations of the figure and in those that sound, and no more returns', () => {
    const { contrasts, metrics } = resultAt(join(projectRoot, 'report/results'), 'musical') as MusicalReport
    const key = contrasts.find(
      ({ metric, primer, from, to }) =>
        metric === 'modeShare' && primer === 'bach' && from === 'ours 2.1' && to === 'ours 2.2',
    )!
    expect(isDecided(key)).toBe(true)
    expect(key.difference.value).toBeLessThan(0)
    const { sets } = metrics.find(({ id }) => id === 'barSimilarity4')!
    expect(sets['ours 2.2']!.mean).toBeLessThanOrEqual(sets['ours 2.1']!.mean)
    const [before, after] = ['2.1', '2.2'].map((of) => added(`iteration_${of}/it_${of}_bach_nr_5`))
    expect(outside(after!)).toBeGreaterThan(2 * outside(before!))
    expect(chapter('why')).toMatch(
      /it_2\.1_bach_nr_5 it_2\.2_bach_nr_5.*freer keys; what returns is no more than before/,
    )
  })

  it('tuned to D dorian the modal phrase keeps the mode, has its natural sixth and many more notes', () => {
    const [before, after] = ['before', 'after'].map((when) => added(`rl_tuner/it_rl_tuner_${when}_modal_nr_1`))
    expect(after!.every((pitch) => [2, 4, 5, 7, 9, 11, 0].includes(pitch % 12))).toBe(true)
    expect(after!.some((pitch) => pitch % 12 === 11)).toBe(true)
    expect(after!.length).toBeGreaterThan(2 * before!.length)
    expect(chapter('why')).toMatch(/it_rl_tuner_after_modal_nr_1.*keeps the mode and moves in short figures/)
  })
})
