import { describe, expect, it } from 'vitest'
import { countVotes, listeningText } from '../../../src/evaluation/listening/countVotes.ts'
import {
  LISTENING_SYSTEMS,
  listeningTest,
  type ListeningTest,
  shuffledBars,
} from '../../../src/evaluation/listening/listeningItems.ts'
import { listeningBlocks } from '../../../src/evaluation/listening/listeningBlocks.ts'
import { listeningTrials, REPEATED } from '../../../src/evaluation/listening/listeningTrials.ts'
import { starterPrimers } from '../../../src/generation/starterPrimers.ts'
import { melodyNotes } from '../../../src/melody/melody.ts'
import type { ListeningVotes } from '../../../src/results/listeningVotes.ts'
import type { StarterReport } from '../../../src/results/starterReport.ts'
import { itemAt } from '../../../src/support/itemAt.ts'

/** Everyone continues like the composer, the models a semitone or two higher. */
const report: StarterReport = {
  format: 'cantus-starter-melodies-report-1',
  bars: { given: 4, added: 8 },
  models: [],
  ppm: { order: 1, melodies: 1 },
  melodies: starterPrimers.flatMap(({ name, events, tune }) =>
    (['person', '2.1', '3.1'] as const).map((by, n) => ({
      ...{ primer: name, by, file: `generated_melodies/starter/${name}_${by}.mid` },
      events: [...events, ...tune.slice(events.length).map((event) => (event < 0 ? event : event + n))],
    })),
  ),
}
const test = listeningTest(report) as ListeningTest
const blocks = listeningBlocks(test)
const systemOf = (primer: string, id: string) =>
  test.groups.find(({ sound }) => sound.id === primer)!.items.find((each) => each.id === id)!.system

describe('listeningTest', () => {
  it('has four continuations of each of the twelve primers, whose names say nothing of who made them', () => {
    expect(test.groups).toHaveLength(12)
    for (const { items } of test.groups) {
      expect(items.map(({ system }) => system).sort()).toEqual([...LISTENING_SYSTEMS].sort())
      expect(items.map(({ id }) => id)).toEqual(items.map(({ id }) => id).sort())
    }
    const orders = new Set(test.groups.map(({ items }) => items.map(({ system }) => system).join()))
    expect(orders.size).toBeGreaterThan(3)
  })

  it('is missing where one of the four is', () => {
    const without = report.melodies.filter(({ by, primer }) => by !== '2.1' || primer !== 'starter-5')
    expect(listeningTest({ ...report, melodies: without })).toBeNull()
  })

  it('shuffles the bars of a continuation so that none keeps its place', () => {
    const events = Array.from({ length: 8 * 4 + 3 }, (_, step) => 60 + step)
    const shuffled = shuffledBars(events, { name: 'x', stepsPerBar: 4 })
    const first = (bars: readonly number[]) => Array.from({ length: 8 }, (_, n) => bars[n * 4])
    first(shuffled).forEach((event, n) => expect(event).not.toBe(events[n * 4]))
    expect([...shuffled].sort()).toEqual([...events].sort())
    expect(shuffled.slice(-3)).toEqual(events.slice(-3))
  })

  it('begins each sound with the continuation, at its bar line', () => {
    const { primer, items } = itemAt(test.groups, 0)
    const person = items.find(({ system }) => system === 'person')!
    const first = melodyNotes(primer.tune.slice(primer.events.length))[0]!
    expect(person.firstSeconds).toBeCloseTo((first.startStep * 15) / primer.qpm, 9)
  })
})

describe('listeningTrials', () => {
  it('gives every primer once per block, all pairs equally often, and over all blocks every primer with every pair', () => {
    const seen = new Map<string, Set<string>>()
    for (const block of blocks) {
      expect(new Set(block.map(({ primer }) => primer)).size).toBe(12)
      const inBlock = block.map(({ primer, sounds }) =>
        sounds
          .map((id) => systemOf(primer, id))
          .sort()
          .join(),
      )
      expect(new Set(inBlock).size).toBe(6)
      for (const pair of inBlock) expect(inBlock.filter((each) => each === pair)).toHaveLength(2)
      for (const { primer, sounds } of block) {
        const pair = sounds.map((id) => systemOf(primer, id)).sort()
        seen.set(primer, (seen.get(primer) ?? new Set()).add(pair.join()))
      }
    }
    for (const pairs of seen.values()) expect(pairs.size).toBe(6)
  })

  it('follows from the seed, puts each on either side, and repeats two pairs the other way round at the end', () => {
    const lefts = new Set<string>()
    for (let seed = 0; seed < 60; seed++) {
      const { trials } = listeningTrials(blocks, seed)
      expect(listeningTrials(blocks, seed).trials).toEqual(trials)
      expect(trials).toHaveLength(12 + REPEATED)
      const [early, late] = [trials.slice(0, REPEATED), trials.slice(-REPEATED)]
      expect(late.map(({ left, right }) => [right, left])).toEqual(early.map(({ left, right }) => [left, right]))
      expect(late.every(({ isRepeat }) => isRepeat)).toBe(true)
      for (const { primer, left } of trials) lefts.add(systemOf(primer, left))
    }
    expect(lefts.size).toBe(4)
  })
})

/** A listener who always prefers the one that stands first in the list. */
function listener(seed: number, changes: Partial<ListeningVotes> = {}): ListeningVotes {
  const rank = (primer: string, id: string): number => LISTENING_SYSTEMS.indexOf(systemOf(primer, id))
  const votes = listeningTrials(blocks, seed).trials.map((trial) => ({
    ...trial,
    choice: rank(trial.primer, trial.left) < rank(trial.primer, trial.right) ? ('left' as const) : ('right' as const),
  }))
  const id = `00000000-0000-4000-8000-${String(seed).padStart(12, '0')}`
  return { format: 'cantus-listening-votes-1', test: test.id, listener: id, seed, headphones: true, votes, ...changes }
}
const file = (votes: ListeningVotes, path = `${votes.seed}.json`) => ({ path, votes })

describe('countVotes', () => {
  it('orders the four as the listeners did, and counts no repeat', () => {
    const result = countVotes(
      test,
      Array.from({ length: 12 }, (_, seed) => file(listener(seed))),
    )
    expect(result.scores.map(({ system }) => system)).toEqual([...LISTENING_SYSTEMS])
    const scores = result.scores.map(({ score }) => score!.score)
    expect(scores).toEqual([...scores].sort((a, b) => b - a))
    expect(result.pairs.reduce((sum, { wins: [a, b], ties }) => sum + a + b + ties, 0)).toBe(12 * 12)
    expect(result.pairs.every(({ wins }) => wins[1] === 0)).toBe(true)
    expect(result.alike).toEqual({ same: 24, of: 24 })
    expect(listeningText(result)).toContain('12 listeners, 144 votes')
  })

  it('counts ties, a listener once, and who found the tone', () => {
    const ties = listener(3, { headphones: null })
    const all = { ...ties, votes: ties.votes.map((vote) => ({ ...vote, choice: 'tie' as const })) }
    const result = countVotes(test, [file(all), file(all, 'again.json'), file(listener(4, { headphones: false }))])
    expect(result.listeners).toBe(2)
    expect(result.doubles).toEqual(['again.json'])
    expect(result.headphones).toEqual({ passed: 0, of: 1 })
    expect(result.pairs.reduce((sum, { ties: each }) => sum + each, 0)).toBe(12)
  })

  it('says that nobody voted', () => {
    const result = countVotes(test, [file(listener(1, { votes: [] }))])
    expect(result.scores.every(({ score }) => score === null)).toBe(true)
    expect(listeningText(result)).toContain('no votes')
  })

  it('refuses votes on another test, and on sounds that do not belong together', () => {
    const other = listener(1, { test: '0123456789abcdef' })
    expect(() => countVotes(test, [file(other)])).toThrow(/^1\.json: votes on the listening test 0123456789abcdef/)
    const [vote] = listener(1).votes
    const strange = listener(1, { votes: [{ ...vote!, right: vote!.left }] })
    expect(() => countVotes(test, [file(strange)])).toThrow(/which are not two continuations of/)
  })
})
