import type { TrainedConfig, TrainingConfig } from '../config/experimentConfig.ts'
import type { Dropout } from '../model/dropout.ts'
import { seedFrom } from '../support/random.ts'

/**
 * The dropout of a training step: which units are dropped is drawn from the seed and the step, so that a run which resumes drops
 * the same ones.
 * @param step optimizer steps before this one, those of a parent included.
 */
export function dropoutAt({ seed, training }: Pick<TrainedConfig, 'seed' | 'training'>, step: number): Dropout {
  return { keepProbability: training.keepProbability, seed: seedFrom(seed, 'dropout', step) }
}

/**
 * The learning rate of a run's n-th step, counted from 0: over the warm-up it rises in a straight line to `learningRate`, then
 * it falls as the schedule says, so that the last step has `finalShare` of it. Without a schedule it stays.
 * @example learningRateAt({ learningRate: 1, steps: 3, schedule: { warmupSteps: 0, decay: 'linear', finalShare: 0 } }, 1) // 0.5
 */
export function learningRateAt(
  { learningRate, schedule, steps }: Pick<TrainingConfig, 'learningRate' | 'schedule' | 'steps'>,
  made: number,
): number {
  if (schedule === null) return learningRate
  const { warmupSteps, decay, finalShare } = schedule
  if (made < warmupSteps) return (learningRate * (made + 1)) / (warmupSteps + 1)
  const progress = Math.min(1, (made - warmupSteps) / Math.max(1, steps - 1 - warmupSteps))
  return learningRate * shareLeft(decay, finalShare, progress)
}

function shareLeft(decay: 'none' | 'linear' | 'cosine' | 'exponential', finalShare: number, progress: number): number {
  switch (decay) {
    case 'none':
      return 1
    case 'linear':
      return 1 - (1 - finalShare) * progress
    case 'cosine':
      return finalShare + ((1 - finalShare) * (1 + Math.cos(Math.PI * progress))) / 2
    case 'exponential':
      return finalShare ** progress
  }
}
