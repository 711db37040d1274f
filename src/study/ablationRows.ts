import { iteration3_1 } from '../config/iteration3_1.ts'
import type { Scale, TrainingConfig } from '../config/experimentConfig.ts'
import { isNoteModel, type ModelSpec, type NoteModelSpec } from '../config/modelSpec.ts'
import { experiment } from '../config/scales.ts'
import { type AblationGroup, REFERENCE } from '../results/ablationReport.ts'

/** A row as it is trained. */
export interface AblationPlan {
  readonly id: string
  readonly group: AblationGroup
  readonly title: string
  readonly model: ModelSpec
  /** Settings of the training that differ from iteration 3.1's. */
  readonly training: Partial<TrainingConfig>
  /** Training melodies, drawn by their names; absent = all. */
  readonly melodies?: number
  /** The row may be trained with several seeds. */
  readonly manySeeds?: boolean
}

/** Steps of a row: at full scale about six minutes on two idle cores, at quick one, at smoke seconds. */
const STEPS: Readonly<Record<Scale, number>> = { full: 1700, quick: 600, smoke: 60 }
/** Numbers of training melodies that a curve is drawn through, below all of them. */
const MELODIES: Readonly<Record<Scale, readonly number[]>> = {
  full: [1000, 2000, 4000, 8000],
  quick: [250, 500, 1000],
  smoke: [50, 100],
}
/** Units of each of the two layers that a curve is drawn through, but the reference's. */
const UNITS: Readonly<Record<Scale, readonly number[]>> = {
  full: [32, 64, 128, 256],
  quick: [32, 64, 128],
  smoke: [16, 32],
}
/** A step-level row of the same music is 3.6 times as long: 6.8 million steps are 1.9 million notes and rests. */
const STEPS_PER_TOKEN = 3.6

const BUDGET = "the study's number of parameters"

/** All rows of the study at a scale. */
export function ablationRows(scale: Scale): AblationPlan[] {
  const { model: notes, training: full } = experiment('3.1', scale)
  if (!isNoteModel(notes)) throw new Error('iteration 3.1 is not a network of notes')
  const training = { steps: STEPS[scale] }
  const ofSteps = {
    ...training,
    batchRows: Math.round(STEPS_PER_TOKEN * (full.batchRows ?? 4000)),
    window: 'whole',
  } as const
  const part = (id: string, title: string, change: Partial<NoteModelSpec>): AblationPlan => ({
    ...{ id, title, group: 'parts', model: { ...notes, ...change }, training },
  })
  return [
    { id: 'published', group: 'published', title: iteration3_1.title, model: notes, training: {}, manySeeds: true },
    { ...part(REFERENCE, 'as described', {}), manySeeds: true },
    part('without-attention', 'without attention', { attentionSize: 0 }),
    part('without-histograms', 'without pitch histograms', { without: ['histograms'] }),
    part('absolute-pitch', 'absolute pitch instead of intervals', { without: ['intervals'] }),
    part('without-metre', 'without metre', { without: ['metre'] }),
    part('one-layer', 'one LSTM layer', { layerSizes: notes.layerSizes.slice(0, 1) }),
    {
      ...{ id: 'study-budget', group: 'encoding', title: BUDGET, training },
      model: { ...notes, layerSizes: [84, 84] },
    },
    {
      ...{ id: 'study-budget-long', group: 'encoding', title: `${BUDGET}, as long as the published one`, training: {} },
      model: { ...notes, layerSizes: [84, 84] },
    },
    {
      ...{ id: 'lookback', group: 'encoding', title: "Magenta's lookback steps, in their own key", training: ofSteps },
      model: { encoding: 'lookback', layerSizes: [132, 132], attentionLength: 0 },
    },
    {
      ...{ id: 'mono', group: 'encoding', title: "the study's network and encoding, step by step", training: ofSteps },
      model: { encoding: 'mono', layerSizes: [128, 128], attentionLength: 0 },
    },
    ...transformerRows(scale),
    ...sizeRows(scale, notes),
  ]
}

/** Time of a Transformer's step, in steps of the LSTM, on two cores. */
const TRANSFORMER_TIME = 2.4

/** A Transformer decoder of nearly the published network's size, for as many steps as the others and for as many minutes. */
function transformerRows(scale: Scale): AblationPlan[] {
  const model: NoteModelSpec = { encoding: 'notes', layerSizes: [128], attentionSize: 32, blocks: 4 }
  const training = { steps: STEPS[scale], learningRate: 1e-3 } // the LSTM's 3e-3 is too much for it
  const fewer = Math.round(STEPS[scale] / TRANSFORMER_TIME)
  return [
    { id: 'transformer', group: 'encoding', title: 'a Transformer decoder for as many steps', model, training },
    {
      ...{ id: 'transformer-minutes', group: 'encoding', title: 'a Transformer decoder for as many minutes', model },
      training: { ...training, steps: fewer },
    },
  ]
}

/** Rows that curves are drawn through: units of the layers, and training melodies. */
function sizeRows(scale: Scale, notes: NoteModelSpec): AblationPlan[] {
  const training = { steps: STEPS[scale] }
  return [
    ...UNITS[scale].map((units): AblationPlan => ({
      ...{ id: `units-${units}`, group: 'size', title: `2 layers of ${units} units`, training },
      model: { ...notes, layerSizes: [units, units] },
    })),
    ...MELODIES[scale].map((melodies): AblationPlan => ({
      ...{ id: `melodies-${melodies}`, group: 'melodies', title: `${melodies.toLocaleString('en')} training melodies` },
      ...{ model: notes, training, melodies },
    })),
  ]
}
