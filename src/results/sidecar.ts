import { readFile } from 'node:fs/promises'
import type { IterationName, Scale } from '../config/experimentConfig.ts'
import type { Sidecar } from './iterationResult.ts'
import { UserError } from '../support/errors.ts'
import { readableJson } from '../support/readableJson.ts'
import { MAX_CANDIDATES, MAX_STEPS, MAX_WORK } from '../config/limits.ts'
import { systemReason } from '../support/systemProblem.ts'

/** A sidecar for weights of any origin: those of no iteration say null. Every published `Sidecar` is one. */
export type MelodySidecar = Omit<Sidecar, 'iteration' | 'scale'> & {
  readonly iteration: IterationName | null
  readonly scale: Scale | null
}

/** A file that is no sidecar, or a damaged one. */
export class SidecarError extends UserError {
  override readonly name = 'SidecarError'
}

const isWhole = (value: unknown): boolean => Number.isSafeInteger(value)
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 1
const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
const isPositive = (value: unknown): boolean => Number.isFinite(value) && (value as number) > 0
const isHash = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
const isEvents = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((event) => isWhole(event) && event >= -2 && event <= 127)
/** Absent, or a metre that a MIDI file can hold. */
const isMetre = (value: unknown): boolean => {
  if (value === undefined) return true
  const { numerator, denominator } = (value ?? {}) as { numerator?: unknown; denominator?: unknown }
  const isBeat = isCount(denominator) && Number.isInteger(Math.log2(denominator as number))
  return isCount(numerator) && (numerator as number) <= 255 && isBeat
}

/** What regeneration reads, and what each field must be. */
const FIELDS: readonly (readonly [keyof Sidecar, (value: unknown) => boolean])[] = [
  ['checkpoint', isText],
  ['checkpointSha256', isHash],
  ['conditionedOn', isEvents],
  ['seed', isWhole],
  ['temperature', (value) => value === 0 || isPositive(value)],
  ['topK', (value) => value === null || isCount(value)],
  ['topP', (value) => value === null || (isPositive(value) && (value as number) <= 1)],
  ['beamSize', (value) => isCount(value) && (value as number) <= MAX_CANDIDATES],
  ['branchFactor', (value) => isCount(value) && (value as number) <= MAX_CANDIDATES],
  ['stepsPerIteration', isCount],
  ['totalSteps', (value) => isCount(value) && (value as number) <= MAX_STEPS],
  ['engine', (value) => value === undefined || value === 'portable' || value === 'native'],
  ['qpm', isPositive],
  ['timeSignature', isMetre],
  ['midiSha256', isHash],
]

/** A sidecar as the text of its file. */
export function sidecarText(sidecar: MelodySidecar): string {
  return readableJson(sidecar)
}

/**
 * Reads a melody's sidecar.
 * @throws SidecarError when the file is missing, is no sidecar, or holds a value that cannot be; it names the field.
 */
export async function readSidecar(path: string): Promise<MelodySidecar> {
  const value = parse(await readText(path), path)
  if (value['format'] !== 'cantus-melody-1')
    throw new SidecarError(`${path} is no melody's sidecar: its format is ${shown(value['format'])}`)
  for (const [field, accepts] of FIELDS) {
    if (!accepts(value[field])) throw new SidecarError(`${path}: invalid ${field}: ${shown(value[field])}`)
  }
  const sidecar = value as unknown as MelodySidecar
  if (sidecar.conditionedOn.length >= sidecar.totalSteps)
    throw new SidecarError(`${path}: invalid totalSteps: ${sidecar.totalSteps} (more than its primer's steps)`)
  if (sidecar.beamSize * sidecar.branchFactor > MAX_CANDIDATES)
    throw new SidecarError(
      `${path}: invalid branchFactor: ${sidecar.branchFactor} (at most ${MAX_CANDIDATES} candidates)`,
    )
  const work = sidecar.totalSteps * sidecar.beamSize * sidecar.branchFactor
  if (work > MAX_WORK)
    throw new SidecarError(
      `${path}: totalSteps ${sidecar.totalSteps} times ${sidecar.beamSize * sidecar.branchFactor} candidates is ${work} (at most ${MAX_WORK})`,
    )
  return sidecar
}

function parse(text: string, path: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new SidecarError(`${path} is no melody's sidecar: not JSON (give the .json beside a .mid)`, { cause: error })
  }
  if (typeof value !== 'object' || value === null) throw new SidecarError(`${path} is no melody's sidecar`)
  return value as Record<string, unknown>
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new SidecarError(`cannot read the sidecar ${path} (${systemReason(code)}): give the .json beside a .mid`, {
      cause: error,
    })
  }
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 60) ?? 'missing'
}
