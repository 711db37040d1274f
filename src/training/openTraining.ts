import type { TrainingRow } from '../dataset/dataset.ts'
import type { TrainedConfig } from '../config/experimentConfig.ts'
import { type Backend, openBackend } from '../model/backend.ts'
import { openNetwork } from '../model/openNetwork.ts'
import type { Weights } from '../config/modelSpec.ts'
import type { GradientSource } from './batchGradients.ts'
import { gradientSource } from './gradientSource.ts'
import { type TrainingData, trainingData } from './trainingData.ts'

/** The parts that a training loop is made of. */
export interface OpenedTraining extends GradientSource {
  readonly data: TrainingData
  /** What computes here, in words, and how to get the fast one. */
  readonly engine: string
}

/** What a loop of one's own trains, and on what. */
export interface OpenTrainingOptions {
  readonly config: TrainedConfig
  readonly train: readonly TrainingRow[]
  readonly test?: readonly TrainingRow[]
  /** Weights of the model, for their shapes. */
  readonly weights: Weights
}

/**
 * What a training loop needs besides its weights: the melodies cut into sequences, and the source of gradients on this
 * machine's backend, in as many parts as the settings say. `train` computes with the same source.
 * @throws UserError when there is no melody to learn from.
 * @example const { data, gradients, engine, close } = await openTraining({ config, train: rows, weights })
 */
export async function openTraining(options: OpenTrainingOptions): Promise<OpenedTraining> {
  const { config, train, test = [], weights } = options
  const backend: Backend = await openBackend()
  const data = trainingData({ config, train, test }, openNetwork(backend, config.model))
  return {
    data,
    engine: backend.description,
    ...gradientSource(backend, config.model, config.training.workers, weights),
  }
}
