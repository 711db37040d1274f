import type { IterationResult } from '../results/iterationResult.ts'
import { frequenciesSentence } from './conclusions.ts'
import { rollNotes, type RollMelody } from './pianoRoll.ts'
import type { TableRow } from '../support/text/table.ts'

/** The scores of an iteration and of its baselines. */
export type Scored = Pick<IterationResult, 'test' | 'baselines'>

const percent = (share: number): string => `${Math.round(share * 100)}%`

function eventSentence({ test }: Scored): string {
  if (!(test.eventAccuracy > 0.01))
    return 'Of the steps on which something happens it names none: it says "no event" throughout.'
  return `Of the steps on which something happens it names ${percent(test.eventAccuracy)} exactly; accuracy over all steps is mostly about steps on which nothing does.`
}

/** Plain sentences that follow from an iteration's numbers, whatever the scale; no number of them is typed by hand. */
export function lessons(result: Scored): string[] {
  const { test, baselines } = result
  return [frequenciesSentence({ loss: test.loss, unigramLoss: baselines.unigramLoss }), eventSentence(result)]
}

/** The sides of an iteration's data, a row each; a result from before there was a validation side has none. */
export function sidesTable({ dataset: { files, melodies } }: Pick<IterationResult, 'dataset'>): TableRow[] {
  return (['train', 'validation', 'test'] as const).map((side): TableRow => {
    return { side, files: files[side] ?? null, melodies: melodies[side] ?? null }
  })
}

/** The settings that training reads, a row each. */
export function settingsTable({ scale, seed, model, training }: IterationResult['config']): TableRow[] {
  const settings = { scale, seed, layers: model.layerSizes.join(' + '), ...training }
  return Object.entries(settings).map(([setting, value]) => ({ setting, value: settingText(value) }))
}

const settingText = (value: unknown): string =>
  value === null
    ? 'none'
    : typeof value === 'number'
      ? value.toLocaleString('en-US', { maximumFractionDigits: 6 })
      : String(value)

/** How far and how fast it was trained, in one row. */
export function trainingRow(
  result: Pick<IterationResult, 'run' | 'step' | 'last' | 'trainingSeconds' | 'eventsPerSecond' | 'environment'>,
): TableRow {
  const { run, step, last, trainingSeconds, eventsPerSecond, environment } = result
  return {
    run,
    'steps in all': last?.step ?? step,
    'published step': step,
    'training (min)': (trainingSeconds / 60).toFixed(1),
    'events per second': Math.round(eventsPerSecond),
    engine: environment.backend.replace(/^backend: /, ''),
  }
}

/** A set of melodies as one row: how many, and how long together. */
export function setRow(name: string, melodies: readonly { readonly events: readonly number[] }[]): TableRow {
  return { set: name, melodies: melodies.length, steps: melodies.reduce((sum, { events }) => sum + events.length, 0) }
}

/** One row per melody: how much happens in the model's part, and how likely the model found it. */
export function melodyRows(
  melodies: readonly (RollMelody & { readonly primer: string; readonly logLikelihoodPerStep: number })[],
): TableRow[] {
  return melodies.map((melody) => {
    const made = rollNotes(melody).filter((note) => !note.given)
    const pitches = made.map((note) => note.pitch)
    return {
      primer: melody.primer,
      'steps added': melody.events.length - melody.primerSteps,
      'notes added': made.length,
      'different pitches': new Set(pitches).size,
      'range (semitones)': pitches.length === 0 ? null : Math.max(...pitches) - Math.min(...pitches),
      'log-likelihood (nats per step)': melody.logLikelihoodPerStep,
    }
  })
}
