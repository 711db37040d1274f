import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { ITERATIONS } from '../../../src/config/scales.ts'
import { readResult } from '../../../src/results/publishedResults.ts'
import { splitPlanes } from '../scripts/play/bytePlanes.ts'
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
    const file = href(`play/${iteration}.safetensors`)
    const url = `${file}?${sha256.slice(0, 12)}`
    const packed = { url: `${file}.packed?${sha256.slice(0, 12)}`, bytes: packedWeights(iteration).length }
    const { temperature, topP, appendix } = readResult(studyRoot(), iteration)?.config.generation ?? {}
    const standard = {
      iteration,
      ...(temperature === undefined ? {} : { temperature }),
      ...(topP === undefined ? {} : { topP }),
      ...(appendix === undefined ? {} : { appendix }),
    }
    return { ...standard, slug: `iteration-${iteration}`, bytes: bytes.length, sha256, url, packed }
  })
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
