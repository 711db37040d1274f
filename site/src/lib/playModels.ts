import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ITERATIONS } from '../../../src/config/scales.ts'
import { readResult } from '../../../src/results/publishedResults.ts'
import type { WeightsPlace } from '../scripts/play/messages.ts'
import type { ModelStandard } from '../scripts/play/settings.ts'
import { href } from './links.ts'
import { resultsFolder, studyRoot } from './study.ts'

/** A published model that the page can play with. */
export interface PlayModel extends WeightsPlace, ModelStandard {
  readonly slug: string
}

const weightsFile = (iteration: string): string => join(resultsFolder(), 'checkpoints', `${iteration}.safetensors`)

/** The models whose weights are published, in the study's order. The address changes with the weights: no old copy is kept. */
export function loadPlayModels(): PlayModel[] {
  return ITERATIONS.filter((name) => existsSync(weightsFile(name))).map((iteration) => {
    const bytes = readWeights(iteration)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const url = `${href(`play/${iteration}.safetensors`)}?${sha256.slice(0, 12)}`
    const { temperature, topP, appendix } = readResult(studyRoot(), iteration)?.config.generation ?? {}
    const standard = {
      iteration,
      ...(temperature === undefined ? {} : { temperature }),
      ...(topP === undefined ? {} : { topP }),
      ...(appendix === undefined ? {} : { appendix }),
    }
    return { ...standard, slug: `iteration-${iteration}`, bytes: bytes.length, sha256, url }
  })
}

export function readWeights(iteration: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(weightsFile(iteration)))
}
