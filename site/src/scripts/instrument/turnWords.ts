import { pitchName } from '../../../../src/melody/pitchName.ts'
import type { Turn } from './dialogue.ts'
import { METRES, stepsPerBarOf } from './metre.ts'
import type { StepNote } from './recorder.ts'

/** What the roll shows of a turn, in words. */
export function turnWords(turn: Turn): string {
  const bar = stepsPerBarOf(METRES[turn.metre])
  const words = (notes: readonly StepNote[]): string =>
    notes
      .map(({ pitch, startStep, endStep }) => {
        const length = endStep - startStep
        const place = `bar ${Math.floor(startStep / bar) + 1}, step ${(startStep % bar) + 1}`
        return `${pitchName(pitch)} at ${place} for ${length} ${length === 1 ? 'step' : 'steps'}`
      })
      .join('; ')
  const reply = turn.reply.length === 0 ? 'nothing yet' : words(turn.reply)
  const { control = {}, cost } = turn
  const held = Object.keys(control).join(', ')
  const price = cost === undefined ? '' : ` at ${cost.bitsPerNote.toFixed(2)} bits per note`
  const toward =
    turn.dial === undefined ? '' : ` leaning ${Math.round(100 * turn.dial.style)}% to ${turn.dial.iteration}`
  const rewritten = (turn.rewritten ?? []).map(
    ({ first, last, candidates, seed }) =>
      ` ${first === last ? `Bar ${first}` : `Bars ${first} to ${last}`} drawn again, the best of ${candidates}, seed ${seed}.`,
  )
  const by = `Reply by iteration ${turn.iteration}${toward}, temperature ${turn.temperature}, seed ${turn.seed}${held === '' ? '' : `, held to ${held}${price}`}`
  return `You: ${turn.call.length === 0 ? 'nothing' : words(turn.call)}. Reply: ${reply}. A bar has ${bar} steps. ${by}.${rewritten.join('')}`
}
