import { rewritePart } from '../../../../src/generation/rewriteBars.ts'
import { eventsOfNotes, melodyNotes } from '../../../../src/melody/melody.ts'
import { seedFrom } from '../../../../src/support/random.ts'
import {
  type DialogueSettings,
  drawnAs,
  madeBy,
  metreOf,
  type RewrittenBars,
  type Turn,
  turnSteps,
} from './dialogue.ts'
import { METRES, stepsPerBarOf } from './metre.ts'
import { meanVelocity, type StepNote, topLine } from './recorder.ts'
import type { ReplyRecipe } from './replyRequest.ts'

/** Bars to draw again, and how many draws are compared. */
export type BarsAsked = Pick<RewrittenBars, 'first' | 'last' | 'candidates'>

/**
 * The recipe by which bars of a turn are drawn again: that of `cantus generate ITERATION --primer EVENTS --rewrite A-B`, so that both
 * draw the same.
 * @throws PrimerError where nothing stands before the bars, or after them.
 */
export function rewriteRecipe(turn: Turn, bars: BarsAsked, settings: DialogueSettings): ReplyRecipe {
  const events = lineOf(turn)
  const metre = metreOf(turn.metre)
  const part = rewritePart({ events, conditionedOn: events, qpm: 120, ...metre }, bars, bars.candidates)
  const control = settings.controlOf?.(events) ?? {}
  return {
    ...{ ...drawnAs(settings), ...metre, seed: seedFrom(settings.seed, settings.iteration, 'custom', 1) },
    ...{ call: part.primer.conditionedOn, totalSteps: part.totalSteps, rewrite: part.rewrite },
    ...(Object.keys(control).length === 0 ? {} : { control }),
  }
}

/** The events of a turn, call and reply. */
export const lineOf = (turn: Turn): number[] => eventsOfNotes(topLine([...turn.call, ...turn.reply]), turnSteps(turn))

/** A turn with other events in some bars. Notes outside keep their loudness, and what sounded below them. */
export function rewrittenTurn(
  turn: Turn,
  { bars, events, settings }: { bars: BarsAsked; events: readonly number[]; settings: DialogueSettings },
): Turn {
  const bar = stepsPerBarOf(METRES[turn.metre])
  const isInside = ({ startStep }: Pick<StepNote, 'startStep'>): boolean =>
    startStep >= (bars.first - 1) * bar && startStep < bars.last * bar
  const before = [...turn.call, ...turn.reply]
  const loudness = new Map(topLine(before).map(({ startStep, velocity }) => [startStep, velocity]))
  const usual = meanVelocity(before)
  const line = melodyNotes(events).map((note): StepNote => {
    return { ...note, velocity: isInside(note) ? usual : (loudness.get(note.startStep) ?? usual) }
  })
  const isOnTop = (note: StepNote): boolean =>
    line.some(({ startStep, pitch }) => startStep === note.startStep && pitch === note.pitch)
  const below = turn.call.filter((note) => !isInside(note) && !isOnTop(note))
  const notes = [...line, ...below].toSorted((a, b) => a.startStep - b.startStep)
  return {
    ...turn,
    call: notes.filter(({ startStep }) => startStep < turn.callSteps),
    reply: notes.filter(({ startStep }) => startStep >= turn.callSteps),
    rewritten: [...(turn.rewritten ?? []), { ...bars, ...madeBy(settings) }],
  }
}
