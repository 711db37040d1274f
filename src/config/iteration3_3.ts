import type { Scale, TrainedConfig } from './experimentConfig.ts'
import { iteration3_1 } from './iteration3_1.ts'
import { iteration3_2 } from './iteration3_2.ts'
import type { NoteModelSpec } from './modelSpec.ts'
import { PASSAGE_RULES, type PassageRules } from './passageRules.ts'

/** What the examples of a second voice are. */
export interface VoicesConfig {
  readonly rules: PassageRules
  /** Share of an epoch's examples that have no other voice, 0-1; they teach nothing where only what is new is learnt. */
  readonly alone: number
  /** Of the others, the share that knows the other voice only up to the step before, 0-1. */
  readonly before: number
}

/** The settings of a second voice. */
export interface SecondVoiceConfig extends Omit<TrainedConfig, 'model'> {
  readonly iteration: '3.3'
  readonly model: NoteModelSpec
  readonly voices: VoicesConfig
}

/** Beside iteration 3.1's: how long the second voice learns. */
const trainings: Readonly<Record<Scale, Pick<TrainedConfig['training'], 'steps' | 'evaluateEvery' | 'batchRows'>>> = {
  full: { steps: 1500, evaluateEvery: 300, batchRows: 3000 }, // about ten minutes on two cores
  quick: { steps: 500, evaluateEvery: 100, batchRows: 2000 }, // two or three minutes
  smoke: { steps: 20, evaluateEvery: 10, batchRows: 1000 },
}

/**
 * 3.3, the second voice: 3.1 with inputs for another voice, taught by passages of two voices. Only what is new learns, so that
 * alone it is 3.1 to the last bit: taught as a whole, half of it with melodies alone, it lost 10% of what it knew of general
 * music (validation; 6% at a learning rate of .0004, which taught it less). The report's iterations leave it out.
 * @param model of the network it starts from.
 */
export function iteration3_3(scale: Scale, model: NoteModelSpec): SecondVoiceConfig {
  return {
    ...iteration3_1,
    ...{ iteration: '3.3', scale, title: 'Second voice: a network that hears another' },
    model: { ...model, secondVoice: true },
    voices: { rules: PASSAGE_RULES, alone: 0, before: 0.25 },
    training: {
      ...iteration3_2.training,
      ...{
        replay: null,
        stayNear: null,
        patience: null,
        onlyNew: true,
        learningRate: 3e-3,
        keepProbability: 0.9,
        evaluateAll: true,
        checkpointEvery: 50,
      },
      schedule: { warmupSteps: Math.min(50, trainings[scale].steps / 4), decay: 'cosine', finalShare: 0.02 },
      ...trainings[scale],
    },
    warmStart: { from: '3.1', optimizerState: false },
  }
}
