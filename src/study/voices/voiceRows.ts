import type { VoicesConfig } from '../../config/iteration3_3.ts'
import type { TrainingRow } from '../../dataset/dataset.ts'
import type { Knowledge } from '../../dataset/otherVoice.ts'
import { sketchMelody } from '../../dataset/sketch.ts'
import type { TwoVoicePassage } from '../../dataset/twoVoices.ts'
import { melodyFromEvents } from '../../melody/melody.ts'
import type { Voices } from './openVoices.ts'

/** Each voice of a passage as a melody to learn from. @param knows how much of the other one it knows; null = nothing. */
export function rowsOfPassage(passage: TwoVoicePassage, knows: Knowledge | null): TrainingRow[] {
  const { id, path, family, split, stepsPerBar, upper, lower } = passage
  return [
    { own: upper, other: lower, name: 'upper' },
    { own: lower, other: upper, name: 'lower' },
  ].map(({ own, other, name }) => ({
    ...melodyFromEvents(own, { stepsPerBar }), // events of its own: rows are distinguished by them
    ...{ id: `${id} ${name}${knows === null ? '' : ` ${knows}`}`, path, family, split },
    canonicalHash: sketchMelody(own).canonicalHash,
    ...(knows === null ? {} : { other: { events: other, knows } }),
  }))
}

/** What a second voice learns from, how often each epoch shows it, and what it is measured on. */
export interface VoiceRows {
  readonly train: readonly TrainingRow[]
  readonly weights: readonly number[]
  readonly test: readonly TrainingRow[]
}

/**
 * The voices of the training passages, beside their other voice, and melodies alone: those of the general corpus where there is one,
 * else the same voices. Of an epoch's examples `alone` have no other voice; of the rest `before` do not know the step's own onset.
 * Held out are the validation passages at the onset, and where some play alone as many melodies alone.
 */
export function voiceRows({ passages, general }: Voices, { alone, before }: VoicesConfig): VoiceRows {
  const side = (wanted: TwoVoicePassage['split']): TwoVoicePassage[] => passages.filter(({ split }) => split === wanted)
  const [train, held] = [side('train'), side('validation')]
  const rows = (from: readonly TwoVoicePassage[], knows: Knowledge | null) =>
    from.flatMap((passage) => rowsOfPassage(passage, knows))
  const [onset, late] = [rows(train, 'onset'), rows(train, 'before')]
  const single: readonly TrainingRow[] = alone === 0 ? [] : (general?.train ?? rows(train, null))
  const each = (onset.length * alone) / (1 - alone) / single.length
  const heldBeside = rows(held, 'onset')
  const heldAlone = alone === 0 ? [] : (general?.validation.slice(0, heldBeside.length) ?? rows(held, null))
  return {
    train: [...onset, ...late, ...single],
    weights: [...onset.map(() => 1 - before), ...late.map(() => before), ...single.map(() => each)],
    test: [...heldBeside, ...heldAlone],
  }
}
