import { createMelodyModel, type MelodyModel } from '../../../../src/generation/continueMelody.ts'
import { decodeWeights, SafetensorsError } from '../../../../src/model/safetensors.ts'
import { joinPlanes } from './bytePlanes.ts'
import type { WeightsPlace } from './messages.ts'
import { messageOf } from '../../../../src/support/errors.ts'

/** Weights that cannot be had; the message says what to do. */
export class LoadError extends Error {
  override readonly name = 'LoadError'
}

const DIFFERS = 'The model’s file is not the one that was published (its checksum differs): reload the page.'

/** Published weights, checked. */
export interface LoadedWeights extends Pick<ReturnType<typeof decodeWeights>, 'spec' | 'weights'> {
  /** False where the browser has no way to compute a hash: on a page that is not served securely. */
  readonly isVerified: boolean
}

export interface LoadedModel {
  readonly model: MelodyModel
  /** False where the browser has no way to compute a hash: on a page that is not served securely. */
  readonly isVerified: boolean
}

/**
 * Fetches published weights and checks them against their hash.
 * @param onShare called with the share that has arrived.
 * @throws LoadError
 */
export async function loadModel(place: WeightsPlace, onShare: (share: number) => void): Promise<LoadedModel> {
  const { spec, weights, isVerified } = await loadWeights(place, onShare)
  return { model: createMelodyModel(spec, weights), isVerified }
}

/** As `loadModel`, for what reads the weights in another way. @throws LoadError */
export async function loadWeights(place: WeightsPlace, onShare: (share: number) => void): Promise<LoadedWeights> {
  const bytes = await fetchWeights(place, onShare)
  const hash = await sha256(bytes)
  if (hash !== null && hash !== place.sha256) throw new LoadError(DIFFERS)
  try {
    const { spec, weights } = decodeWeights(bytes)
    return { spec, weights, isVerified: hash !== null }
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error
    throw new LoadError(`The model’s file cannot be read (${error.message}): reload the page.`, { cause: error })
  }
}

/** The file's bytes: packed on their way where the browser can unpack them. */
async function fetchWeights(place: WeightsPlace, onShare: (share: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const { packed } = place
  if (packed === undefined || typeof DecompressionStream === 'undefined') return fetchBytes(place, onShare)
  const bytes = await fetchBytes(packed, onShare)
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'))
    return joinPlanes(new Uint8Array(await new Response(stream).arrayBuffer()))
  } catch (error) {
    throw new LoadError(DIFFERS, { cause: error })
  }
}

async function fetchBytes(
  { url, bytes }: Pick<WeightsPlace, 'url' | 'bytes'>,
  onShare: (share: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const response = await fetch(url)
    if (!response.ok || response.body === null) throw new TypeError(`answer ${response.status}`)
    const chunks: Uint8Array[] = []
    let received = 0
    const reader = response.body.getReader()
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      chunks.push(part.value)
      received += part.value.length
      onShare(Math.min(1, received / bytes))
    }
    return joined(chunks, received)
  } catch (error) {
    const why = messageOf(error)
    throw new LoadError(`The model could not be loaded (${why}): check the connection and try again.`, {
      cause: error,
    })
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string | null> {
  if (globalThis.crypto?.subtle === undefined) return null
  const digest = await crypto.subtle.digest('SHA-256', bytes)
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
