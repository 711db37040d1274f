import type { ScheduleConfig, TrainingConfig } from '../config/experimentConfig.ts'
import { attentionOf, ENCODING_NAMES, isNoteModel, type ModelSpec } from '../config/modelSpec.ts'
import { UserError } from '../support/errors.ts'

/** Throws a UserError that names the first impossible setting, its value and what it may be. */
export function checkTraining(training: TrainingConfig): void {
  const { window, keepProbability, learningRate, clipNorm, averaging, patience, clip } = training
  for (const name of ['batchSize', 'workers', 'accumulate', 'logEvery', 'evaluateEvery', 'checkpointEvery'] as const) {
    demand(atLeast(1, training[name]), name, training[name], 'a whole number from 1')
  }
  demand(atLeast(0, training.steps), 'steps', training.steps, 'a whole number from 0')
  demand(window === 'whole' || atLeast(1, window), 'window', window, '"whole" or a whole number from 1')
  demand(keepProbability > 0 && keepProbability <= 1, 'keepProbability', keepProbability, 'above 0 and at most 1')
  demand(learningRate > 0 && Number.isFinite(learningRate), 'learningRate', learningRate, 'a number above 0')
  demand(clipNorm > 0, 'clipNorm', clipNorm, 'a number above 0')
  demand(['variable', 'global'].includes(clip), 'clip', clip, '"variable" or "global"')
  demand(averaging === null || (averaging > 0 && averaging < 1), 'averaging', averaging, 'null or between 0 and 1')
  demand(patience === null || atLeast(1, patience), 'patience', patience, 'null or a whole number from 1')
  const { replay = null, stayNear = null } = training
  demand(replay === null || (replay >= 0 && replay < 1), 'replay', replay, 'null, or from 0 to below 1')
  demand(stayNear === null || stayNear >= 0, 'stayNear', stayNear, 'null, or a number from 0')
  if (training.schedule !== null) checkSchedule(training.schedule)
}

const DECAYS: readonly string[] = ['none', 'linear', 'cosine', 'exponential'] satisfies ScheduleConfig['decay'][]

function checkSchedule({ warmupSteps, decay, finalShare }: ScheduleConfig): void {
  demand(atLeast(0, warmupSteps), 'schedule.warmupSteps', warmupSteps, 'a whole number from 0')
  demand(DECAYS.includes(decay), 'schedule.decay', decay, `one of ${DECAYS.join(', ')}`)
  const lowest = decay === 'exponential' ? finalShare > 0 : finalShare >= 0
  demand(lowest && finalShare <= 1, 'schedule.finalShare', finalShare, 'from 0 (exponential: above 0) to 1')
}

/** Throws a UserError that names the first part of a model's description that no model supports. */
export function checkModel(spec: ModelSpec): void {
  const { encoding, layerSizes } = spec
  const names: readonly string[] = [...ENCODING_NAMES, 'notes']
  demand(names.includes(encoding), 'encoding', encoding, `one of ${names.join(', ')}`, 'model')
  const sized = layerSizes.length > 0 && layerSizes.every((size) => atLeast(1, size))
  demand(sized, 'layerSizes', layerSizes.join(', '), 'a list of whole numbers from 1, one per layer', 'model')
  const looks = isNoteModel(spec) ? 'attentionSize' : 'attentionLength'
  if (isNoteModel(spec) && spec.blocks !== undefined)
    demand(
      spec.attentionSize > 0 && (layerSizes[0] ?? 0) % spec.attentionSize === 0,
      ...([
        'attentionSize',
        spec.attentionSize,
        `a share of the ${layerSizes[0]} units, one per head`,
        'model',
      ] as const),
    )
  demand(atLeast(0, attentionOf(spec)), looks, attentionOf(spec), 'a whole number from 0', 'model')
}

function demand(met: boolean, name: string, value: unknown, allowed: string, of = 'training'): void {
  if (!met) throw new UserError(`${of}.${name} is ${String(value)}: must be ${allowed}`)
}

function atLeast(least: number, value: number): boolean {
  return Number.isInteger(value) && value >= least
}
