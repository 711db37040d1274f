import type { BatchOrder } from '../dataset/batches.ts'
import type { TrainedConfig } from '../config/experimentConfig.ts'
import type { Weights } from '../config/modelSpec.ts'
import { NO_DROPOUT } from '../model/dropout.ts'
import { counted } from '../support/text/counted.ts'
import type { Effects } from '../support/effects.ts'
import type { GradientSource } from './batchGradients.ts'
import { nextSequences, orderAt, type TrainingData } from './trainingData.ts'

/** Fewer steps finish before a forecast would help. */
const FORECAST_FROM_STEPS = 100

/** Says how long `left` steps will take, by the next batch: once to warm up, once by the clock. Changes nothing. */
export async function forecast(
  {
    source,
    weights,
    data,
    order,
    left,
  }: {
    readonly source: GradientSource
    readonly weights: Weights
    readonly data: TrainingData
    readonly order: BatchOrder
    readonly left: number
  },
  config: TrainedConfig,
  { reporter, signal, now }: Effects,
): Promise<void> {
  const { workers, accumulate } = config.training
  if (left < FORECAST_FROM_STEPS || signal.aborted) return
  const batch = nextSequences(orderAt(order.state(), data, config), data, config)
  await source.gradients(weights, batch.slice(0, workers), NO_DROPOUT)
  const started = now()
  const { sums } = await source.gradients(weights, batch, NO_DROPOUT)
  const rate = sums.steps / ((now() - started) / 1000)
  if (!Number.isFinite(rate)) return
  const events = data.train.reduce((total, { length }) => total + length, 0) / data.train.length
  const seconds = (left * events * batch.length) / rate
  const parts = accumulate > 1 ? `, ${accumulate} batches per step` : ''
  reporter.line(
    `${counted(workers, 'worker')}${parts}, about ${(rate / 1000).toFixed(1)}k events/s: ` +
      `${counted(left, 'step')} will take about ${inWords(seconds)}`,
  )
}

/** @example inWords(5400) // '1 h 30 min' */
export function inWords(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
