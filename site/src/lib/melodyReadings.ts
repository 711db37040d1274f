import { PRIMER_HOMES } from '../../../src/evaluation/musical/continuation.ts'
import { type Reading, type ReadMelody, readMeasures, readingsOf, remarks } from '../../../src/evaluation/readings.ts'
import { mostTypical } from '../../../src/evaluation/typical.ts'
import { PRIMER_NAMES } from '../../../src/generation/primers.ts'
import { isOneOf } from '../../../src/support/records.ts'
import { humanSpreads } from './homeScore.ts'
import { byPrimer, type PublishedMelody } from './study.ts'

/** What the continuations of a primer do, told of one of them. */
export interface PrimerReading {
  readonly primer: string
  /** Of those published, the one nearest to the medians of all. */
  readonly melody: PublishedMelody
  readonly reading: Reading
}

const STEPS_PER_BAR = 16

function readOf({ sidecar }: PublishedMelody): ReadMelody | null {
  const { primer, events, conditionedOn } = sidecar
  if (!isOneOf(PRIMER_NAMES, primer)) return null
  return { events, primerSteps: conditionedOn.length, stepsPerBar: STEPS_PER_BAR, ...PRIMER_HOMES[primer] }
}

/** A reading for each primer that an iteration continued; none where people's measures are not published. */
export function primerReadings(melodies: readonly PublishedMelody[]): PrimerReading[] {
  const human = humanSpreads()
  if (human === null) return []
  const chosen = byPrimer(melodies, PRIMER_NAMES).flatMap(({ primer, melodies: own }) => {
    const read = own.flatMap((melody) => {
      const found = readOf(melody)
      return found === null ? [] : [{ melody, found }]
    })
    const typical = read[Math.max(0, mostTypical(read.map(({ found }) => readMeasures(found))))]
    return typical === undefined ? [] : [{ primer, ...typical }]
  })
  const readings = readingsOf(chosen.map(({ found }) => remarks(found, human)))
  return chosen.map(({ primer, melody }, n) => ({ primer, melody, reading: readings[n] ?? [] }))
}
