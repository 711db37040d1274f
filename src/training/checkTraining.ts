import type { TrainingConfig } from '../iterations/experimentConfig.js'
import { UserError } from '../support/errors.js'

/** Throws a UserError that names the first setting no training can be done with, its value and what it may be. */
export function checkTraining(training: TrainingConfig): void {
  const { window, keepProbability, learningRate, clipNorm } = training
  for (const name of ['batchSize', 'workers', 'logEvery', 'evaluateEvery', 'checkpointEvery'] as const) {
    demand(atLeast(1, training[name]), name, training[name], 'a whole number from 1')
  }
  demand(atLeast(0, training.steps), 'steps', training.steps, 'a whole number from 0')
  demand(window === 'whole' || atLeast(1, window), 'window', window, '"whole" or a whole number from 1')
  demand(keepProbability > 0 && keepProbability <= 1, 'keepProbability', keepProbability, 'above 0 and at most 1')
  demand(learningRate > 0 && Number.isFinite(learningRate), 'learningRate', learningRate, 'a number above 0')
  demand(clipNorm > 0, 'clipNorm', clipNorm, 'a number above 0')
}

function demand(met: boolean, name: string, value: unknown, allowed: string): void {
  if (!met) throw new UserError(`training.${name} is ${String(value)}: must be ${allowed}`)
}

function atLeast(least: number, value: number): boolean {
  return Number.isInteger(value) && value >= least
}
