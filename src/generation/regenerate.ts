import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { sha256, writeFileAtomic } from '../support/files.ts'
import { systemReason } from '../support/systemProblem.ts'
import { compose } from './compose.ts'
import { MAX_WEIGHTS_BYTES } from '../config/limits.ts'
import type { MelodyModel } from './continueMelody.ts'
import { openModelFile } from './modelFile.ts'
import { openDialled } from './openDialled.ts'
import { type Sidecar, readSidecar, SidecarError } from '../results/sidecar.ts'
import { isCheckout, projectRoot } from '../support/projectRoot.ts'
import { errorCode } from '../support/errors.ts'

/** Options of `regenerate`. */
export interface RegenerateOptions {
  /** Where to write the MIDI file, or a folder for it; by default beside the sidecar, under the same name. */
  readonly out?: string
  /** The weights, where they are not where the sidecar says. */
  readonly checkpoint?: string
  /** The folder that holds `report/`. */
  readonly root: string
}

/** The file that was regenerated. */
export interface Regenerated {
  readonly path: string
  readonly checkpoint: string
  /** sha256 of the bytes written, which is the sidecar's. */
  readonly midiSha256: string
  readonly bytes: number
}

/**
 * Writes the MIDI file of a sidecar again, from its recipe and the weights whose hash it carries; the bytes are checked
 * against the sidecar before anything is written.
 * @throws SidecarError for a sidecar that cannot be used, for weights that are missing (it names where it looked) or
 * others than the melody was made with, and when the bytes come out different.
 */
export async function regenerate(sidecarPath: string, options: RegenerateOptions): Promise<Regenerated> {
  const sidecar = readSidecar(sidecarPath)
  const checkpoint = await findWeights(sidecar, sidecarPath, options)
  const second = sidecar.dial && (await findWeights(sidecar.dial, sidecarPath, { root: options.root }))
  const model = await modelOf(sidecar, checkpoint, second)
  const { midi } = await compose(model, sidecar)
  const midiSha256 = sha256(midi)
  if (midiSha256 !== sidecar.midiSha256) {
    const hashes = `its bytes have sha256 ${short(midiSha256)}, the sidecar says ${short(sidecar.midiSha256)}`
    throw new SidecarError(
      `${sidecarPath} does not give its melody again: ${hashes} (${sidecar.engine === 'native' ? 'it was made by the native engine, whose last bits depend on the machine' : 'was the sidecar edited?'})`,
    )
  }
  const path = await write(midi, sidecarPath, options.out)
  return { path, checkpoint, midiSha256, bytes: midi.length }
}

/** The model of the weights at `path`, or the one that stands between them and those at `second`. */
async function modelOf({ engine, dial }: Sidecar, path: string, second: string | undefined): Promise<MelodyModel> {
  if (dial === undefined || second === undefined) return (await openModelFile(path, engine)).model
  return openDialled({ general: path, style: second }, dial, engine)
}

/** What names weights: a sidecar, or what it says of the second of two models. */
type NamedWeights = Pick<Sidecar, 'checkpoint' | 'checkpointSha256'>

/** The first of the places the weights may be in that holds those very weights. */
async function findWeights(sidecar: NamedWeights, sidecarPath: string, options: RegenerateOptions): Promise<string> {
  const places = [...new Set(weightsPlaces(sidecar, sidecarPath, options))]
  let other: string | null = null
  for (const place of places) {
    const hash = await hashOf(place)
    if (hash === sidecar.checkpointSha256) return place
    if (hash !== null) other ??= place
  }
  const wanted = `the weights with sha256 ${short(sidecar.checkpointSha256)}`
  if (other !== null) {
    // Not with what it has: the sidecar may name any file, and anybody may have written it.
    throw new SidecarError(
      `${sidecarPath} was made with ${wanted}; ${other} holds other weights, give the right ones with --checkpoint FILE`,
    )
  }
  throw new SidecarError(
    `${wanted} of ${sidecarPath} are missing: looked at ${places.join(', ')} (give them with --checkpoint FILE)`,
  )
}

function weightsPlaces({ checkpoint }: NamedWeights, sidecarPath: string, options: RegenerateOptions): string[] {
  if (options.checkpoint !== undefined) return [resolve(options.checkpoint)]
  const folder = dirname(resolve(sidecarPath))
  // Beside the checkout's report/, beside the one the sidecar was published with, and beside the sidecar itself.
  return [
    resolve(options.root, checkpoint),
    ...(isCheckout ? [] : [resolve(projectRoot, checkpoint)]), // weights that come with the package
    resolve(folder, '../..', checkpoint),
    join(folder, basename(checkpoint)),
  ]
}

/** sha256 of a file; null if there is none that can be read, or what is there cannot be weights (a device, a pipe). */
async function hashOf(path: string): Promise<string | null> {
  try {
    const found = await stat(path)
    return found.isFile() && found.size <= MAX_WEIGHTS_BYTES ? sha256(await readFile(path)) : null
  } catch (error) {
    if (typeof errorCode(error) === 'string') return null
    throw error
  }
}

async function write(midi: Uint8Array, sidecarPath: string, out: string | undefined): Promise<string> {
  try {
    const path = await target(sidecarPath, out)
    await writeFileAtomic(path, midi)
    return path
  } catch (error) {
    const code = errorCode(error)
    if (code === undefined) throw error
    const where = out ?? dirname(sidecarPath)
    throw new SidecarError(`cannot write to ${where} (${systemReason(code)}): give another --out FILE`, {
      cause: error,
    })
  }
}

async function target(sidecarPath: string, out: string | undefined): Promise<string> {
  const name = `${basename(sidecarPath, extname(sidecarPath))}.mid`
  if (out === undefined) return join(dirname(sidecarPath), name)
  return (await isFolder(out)) ? join(out, name) : out
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}

function short(hash: string): string {
  return `${hash.slice(0, 12)}…`
}
