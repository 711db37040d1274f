import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { STUDY_ITERATIONS } from '../../../src/config/scales.ts'
import type { WeightsPlace } from '../scripts/play/messages.ts'
import { href } from './links.ts'
import { resultsFolder } from './study.ts'

/** A published model that the page can play with. */
export interface PlayModel extends WeightsPlace {
  readonly iteration: string
  readonly slug: string
}

const weightsFile = (iteration: string): string => join(resultsFolder(), 'checkpoints', `${iteration}.safetensors`)

/** The models whose weights are published, in the study's order. The address changes with the weights: no old copy is kept. */
export function loadPlayModels(): PlayModel[] {
  return STUDY_ITERATIONS.filter((name) => existsSync(weightsFile(name))).map((iteration) => {
    const bytes = readWeights(iteration)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const url = `${href(`play/${iteration}.safetensors`)}?${sha256.slice(0, 12)}`
    return { iteration, slug: `iteration-${iteration}`, bytes: bytes.length, sha256, url }
  })
}

export function readWeights(iteration: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(weightsFile(iteration)))
}
