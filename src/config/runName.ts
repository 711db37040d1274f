import { sha256 } from '../support/files.ts'
import type { TrainedConfig } from './experimentConfig.ts'

/**
 * Name of a run: scale, a hash of all that decides how it learns, seed. Not part of the hash are titles and what is generated
 * afterwards; how often it is logged; and, where the learning rate stays, the number of steps: such a run can be lengthened.
 * Settings that are off (null, false, an empty list) are left out, so that one added later renames no run.
 * @param datasetHash of the melodies. @param parent name and steps of the run it resumes from.
 */
export function runName(config: TrainedConfig, datasetHash: string, parent: string | null): string {
  const { iteration, scale, seed, data, model, training, warmStart } = config
  const { steps, logEvery: _log, checkpointEvery: _checkpoint, ...learning } = training
  const length = training.schedule === null ? {} : { steps }
  const deciding = {
    iteration,
    seed,
    data,
    model,
    training: { ...learning, ...length },
    warmStart,
    datasetHash,
    parent,
  }
  return `${scale}-${sha256(JSON.stringify(deciding, withoutOff)).slice(0, 8)}-s${seed}`
}

/** For JSON.stringify: leaves out settings that are off, so that a setting added later changes nothing where it is off. */
export function withoutOff(_name: string, value: unknown): unknown {
  const off = value === null || value === false || (Array.isArray(value) && value.length === 0)
  return off ? undefined : value
}
