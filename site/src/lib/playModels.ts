import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { type ModelName, modelNameSchema } from '../../../src/config/experimentConfig.ts'
import { ITERATIONS, nextIteration } from '../../../src/config/scales.ts'
import { readResult } from '../../../src/results/publishedResults.ts'
import { splitPlanes } from '../scripts/play/bytePlanes.ts'
import type { WeightsPlace } from '../scripts/play/messages.ts'
import type { ModelStandard } from '../scripts/play/settings.ts'
import { required } from './fullScale.ts'
import { href } from './links.ts'
import { resultsFolder, studyRoot } from './studyRoot.ts'

/** A published model that the page can play with. */
export interface PlayModel extends WeightsPlace, ModelStandard {
  readonly slug: string
  /** The model that resumes from this one, where it is published: what a style dial leans to. */
  readonly toward?: string
}

const weightsFile = (iteration: string): string => join(resultsFolder(), 'checkpoints', `${iteration}.safetensors`)

const isPublished = (name: ModelName): boolean => {
  const file = existsSync(weightsFile(name)) ? name : null
  return required(`weights of ${name}`, file, `restore ${weightsFile(name)} with git checkout`) !== null
}

/** Names of all models whose weights are published: the iterations, and the second voice. */
export const publishedModels = (): ModelName[] => modelNameSchema.options.filter(isPublished)

/** The iterations whose weights are published, in the study's order. */
export function loadPlayModels(): PlayModel[] {
  return ITERATIONS.filter(isPublished).map((iteration) => {
    const { temperature, topP, appendix } = readResult(studyRoot(), iteration)?.config.generation ?? {}
    const toward = nextIteration(iteration)
    const standard = {
      iteration,
      ...(toward !== undefined && isPublished(toward) ? { toward } : {}),
      ...(temperature === undefined ? {} : { temperature }),
      ...(topP === undefined ? {} : { topP }),
      ...(appendix === undefined ? {} : { appendix }),
    }
    return { ...standard, slug: `iteration-${iteration}`, ...placeOf(iteration) }
  })
}

/** Where the network of the duet lies; null where it is not published. */
export const loadSecondVoice = (): WeightsPlace | null => (isPublished('3.3') ? placeOf('3.3') : null)

/** Where the page finds a model. The address changes with the weights: no old copy is kept. */
function placeOf(name: ModelName): Required<WeightsPlace> {
  const bytes = readWeights(name)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const file = href(`play/${name}.safetensors`)
  const packed = { url: `${file}.packed?${sha256.slice(0, 12)}`, bytes: packedWeights(name).length }
  return { bytes: bytes.length, sha256, url: `${file}?${sha256.slice(0, 12)}`, packed }
}

export function readWeights(iteration: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(weightsFile(iteration)))
}

/** The weights as they travel: compressed by halves of their numbers, a tenth smaller than as they stand. */
export function packedWeights(iteration: string): Uint8Array<ArrayBuffer> {
  const known =
    packedOnce.get(iteration) ?? new Uint8Array(deflateSync(splitPlanes(readWeights(iteration)), { level: 9 }))
  packedOnce.set(iteration, known)
  return known
}

const packedOnce = new Map<string, Uint8Array<ArrayBuffer>>()
