import { describe, expect, it } from 'vitest'
import {
  duetAnswer,
  duetSentences,
  frontierTable,
  knowledgeTable,
  modesTable,
  peopleTable,
  seedTable,
} from '../../src/charts/duetTables.ts'
import { type DuetReport, EMPTY_DUET_REPORT } from '../../src/results/duetReport.ts'
import { duetFrontierSpec, duetTimesSpec } from '../../src/charts/duetCharts.ts'
import { duetRow, standInFrontier, standInTimes } from './standInDuets.ts'
import { chooseLambda, nearestDecoding, outsideOf } from '../../src/study/voices/benchDuet.ts'

const heads = (loss: number) => ({ loss, rhythm: 0.1, rest: 0.02, pitch: loss - 0.12 })
const report: DuetReport = {
  ...EMPTY_DUET_REPORT,
  knowledge: ['full-b-s2', '3.3'].map((run) => ({
    ...{ run, checkpointSha256: 'ab', corpus: 'scores', datasetHash: 'cd', passages: 2, steps: 100, notes: 20 },
    ...{ none: heads(0.4), before: heads(0.396), onset: heads(0.36), saved: 0.1 },
    alone: { loss: 0.41, parent: 0.4, melodies: 10 },
  })),
  played: [duetRow({}), duetRow({ clock: 'committed', thirds: 0.2 }), duetRow({ mode: 'free', lambda: 0 })],
  frontier: standInFrontier,
  people: { consonant: [0.7, 0.8, 0.9], crossings: [0.2, 0.3, 0.4] },
  adaptation: { runs: 200, regret: 0.2, found: 12 },
}

describe('what is said of a duet', () => {
  it('answers first, from the published network', () => {
    expect(duetAnswer(report)).toEqual([
      "Hearing the very step it plays on saves 10.0% of the partner's loss; all the steps before change it by 1.0%.",
      'Told to stay a third below, it plays a third on 85.0% of the notes that begin together; where it has to decide a step ahead, on 20.0%.',
    ])
    expect(duetAnswer(EMPTY_DUET_REPORT)).toEqual([])
  })

  it('lists losses, modes, and the standInFrontier', () => {
    expect(knowledgeTable(report).map(({ loss }) => loss)).toEqual(['0.400', '0.396', '0.360'])
    expect(seedTable(report).map(({ run }) => run)).toEqual(['full-b-s2', '3.3'])
    expect(modesTable(report, 'at-once')).toHaveLength(2)
    expect(modesTable(report, 'committed')).toHaveLength(1)
    expect(frontierTable(report).map((each) => each['bits more than without'])).toEqual([
      '0.00',
      '0.20',
      '0.80',
      '1.60',
    ])
  })

  it('says where the partner lies beside people, and nothing of what was not measured', () => {
    expect(peopleTable(report).map(({ within }) => within)).toEqual(['yes', 'no', 'no', 'no', 'no', 'no'])
    expect(duetSentences(report)).toHaveLength(1)
    expect(duetSentences(EMPTY_DUET_REPORT)).toEqual([])
  })
})

describe('the charts of the duet', () => {
  it('say in words what the standInFrontier shows', () => {
    expect(duetFrontierSpec(standInFrontier).description).toContain('0: 10% at 0.00; 1: 70% at 0.20')
  })

  it('say how much was measured of each time', () => {
    const spec = duetTimesSpec(standInTimes)
    expect(spec.description).toContain('from the event to the decision: 1,203 measured')
  })
})

describe('nearestDecoding', () => {
  const of = (temperature: number, outside: number, distance: number) => ({ temperature, topP: 1, outside, distance })

  it('takes the one of which fewest measures lie outside, of those the nearest', () => {
    expect(nearestDecoding([of(0.8, 1, 0.1), of(0.9, 0, 0.3), of(1, 0, 0.2)]).temperature).toBe(1)
  })

  it('counts what lies outside people’s middle 80%, and what was not measured', () => {
    const people = Object.fromEntries(
      [
        ...['thirds', 'moves', 'delayedMoves', 'outOfMode', 'consonant', 'crossings', 'parallels'],
        ...['contraryMotion', 'similarMotion', 'obliqueMotion'],
      ].map((name) => [name, [0, 0.5, 0.9]]),
    )
    expect(outsideOf(people, duetRow({ delayedMoves: 0 }))).toBe(0)
    expect(outsideOf(people, duetRow({ delayedMoves: NaN, consonant: 0.95 }))).toBe(2)
  })
})

describe('chooseLambda', () => {
  it('takes the lightest weight that keeps the rule and costs at most a bit', () => {
    expect(chooseLambda(standInFrontier)).toBe(4)
  })

  it('takes the weight that keeps it most often where none is enough', () => {
    expect(chooseLambda(standInFrontier.slice(0, 2))).toBe(1)
  })
})
