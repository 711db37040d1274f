import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MovedLoss } from '../../../src/charts/story.ts'
import { createMelodyModel } from '../../../src/generation/continueMelody.ts'
import { createListener } from '../../../src/generation/expectations.ts'
import { expectedIndex } from '../../../src/generation/expectedEvents.ts'
import { starterPrimers } from '../../../src/generation/starterPrimers.ts'
import { isPitch } from '../../../src/melody/melody.ts'
import { decodeWeights } from '../../../src/model/safetensors.ts'
import { itemAt } from '../../../src/support/itemAt.ts'
import { once } from './once.ts'
import { loadIterations } from './study.ts'
import { studyRoot } from './studyRoot.ts'

/** Networks that are asked, and by how many semitones the melodies are moved. */
const ASKED = ['2.1', '3.1'] as const
const SEMITONES = Array.from({ length: 12 }, (_, n) => n - 6)

/** The loss on the twelve held-out primers in twelve keys, by each network; null where they are not published. */
export const movedLosses = once((): MovedLoss[] | null => {
  const asked = ASKED.flatMap((voice) => {
    const found = loadIterations().find(({ name }) => name === voice)
    const file = found && join(studyRoot(), found.result.checkpoint.path)
    return file !== undefined && existsSync(file) ? [{ voice, file }] : []
  })
  if (asked.length < ASKED.length) return null
  return asked.flatMap(({ voice, file }) => {
    const { spec, weights } = decodeWeights(readFileSync(file))
    const model = createMelodyModel(spec, weights)
    return SEMITONES.map((semitones) => ({ voice, semitones, loss: lossOf(model, semitones) }))
  })
})

function lossOf(model: Parameters<typeof createListener>[0], semitones: number): number {
  let [sum, count] = [0, 0]
  for (const { events } of starterPrimers) {
    const moved = events.map((event) => (isPitch(event) ? event + semitones : event))
    const listener = createListener(model, moved, 1)
    let row = listener.hear(itemAt(moved, 0))
    for (const event of moved.slice(1)) {
      sum -= Math.log(itemAt(row, expectedIndex(event)))
      count += 1
      row = listener.hear(event)
    }
  }
  return sum / count
}
