import { type Melody, melodyFromEvents } from '../../../../src/melody/melody.ts'
import type { AbcOptions } from '../../../../src/melody/written/melodyToAbc.ts'
import { type Turn, turnSteps } from './dialogue.ts'
import { METRES, stepsPerBarOf } from './metre.ts'
import { quartersOf } from './performed.ts'
import { lineOf } from './rewriteTurn.ts'

/**
 * A dialogue as one written melody, with a word over each call and reply. A score has one metre and tempo: those of the
 * first turn. Of notes that start together the highest is written.
 */
export function dialogueScore(turns: readonly [Turn, ...Turn[]]): { melody: Melody; options: AbcOptions } {
  const [first] = turns
  const metre = METRES[first.metre]
  let origin = 0
  const marks = turns.flatMap((turn) => {
    const from = origin
    origin += turnSteps(turn)
    return [
      { from, text: 'you' },
      { from: from + turn.callSteps, text: 'partner' },
    ]
  })
  return {
    melody: melodyFromEvents(turns.flatMap(lineOf), { stepsPerBar: stepsPerBarOf(metre) }),
    options: { title: 'A dialogue', qpm: Math.round(quartersOf(first)), metre, marks },
  }
}
