import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { DIAL_WAYS } from '../config/dial.ts'
import { iterationNameSchema, scaleSchema } from '../config/experimentConfig.ts'
import { MAX_CANDIDATES, MAX_STEPS, MAX_WORK } from '../config/limits.ts'
import { controlCostSchema, controlSchema, rewriteSchema } from './control.ts'
import { UserError, errorCode } from '../support/errors.ts'
import { readableJson } from '../support/readableJson.ts'
import { measured, parseStored, type Stored, StoredFileError } from '../support/stored.ts'
import { systemReason } from '../support/systemProblem.ts'

const count = z.int().min(1)
const hash = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')
const events = z.array(z.int().min(-2).max(127)).min(1)
/** A metre that a MIDI file can hold. */
const metre = z.object({
  numerator: count.max(255),
  denominator: count.refine((value) => Number.isInteger(Math.log2(value)), 'expected a power of 2'),
})

/** `native`: libtensorflow, many sequences at once; its last bits, and so rarely a draw, depend on the machine. */
const engineSchema = z.enum(['portable', 'native'])
export type Engine = z.output<typeof engineSchema>

/** Where a primer was taken from. */
const primerSourceSchema = z.object({
  /** The file's name, of one tune of a tunebook `book.abc#X`. */
  file: z.string(),
  /** Of the file's bytes. */
  sha256: z.string(),
  /** Its number in what `cantus melodies` lists; absent for a part of a track outside that list. */
  melody: z.number().exactOptional(),
  /** As `cantus inspect` numbers it. */
  track: z.number(),
  /** First and last bar, counted from 1 in the score. */
  bars: z.tuple([z.number(), z.number()]),
})
export type PrimerSource = Stored<typeof primerSourceSchema>

/** The second of two models that a melody was drawn from. */
const dialSchema = z.object({
  /** Share of the second model, 0-1. */
  style: z.number().min(0).max(1),
  /** What was mixed: weights, or the probabilities of each event. */
  by: z.enum(DIAL_WAYS),
  /** The second model's file, as `checkpoint`. */
  checkpoint: z.string().min(1),
  checkpointSha256: hash,
})

/** A generated melody and everything needed to write the same bytes again: its sidecar JSON beside the MIDI file. */
const sidecarSchema = z.object({
  format: z.literal('cantus-melody-1'),
  /** Null for weights of no iteration, such as a file's. */
  iteration: iterationNameSchema.nullable(),
  scale: scaleSchema.nullable(),
  run: z.string(),
  /** Path of the fp16 weights, relative to the folder that holds `report/`. */
  checkpoint: z.string().min(1),
  checkpointSha256: hash,
  /** Optimizer steps behind the weights. */
  step: z.number(),
  /** Of a melody of two models: the second; absent = there is one. */
  dial: dialSchema.exactOptional(),
  primer: z.string(),
  primerEvents: z.array(z.int()),
  /** Of a primer from a file: which part of which file. */
  primerSource: primerSourceSchema.exactOptional(),
  /** Events the model was conditioned on: the primer and what Magenta appends. */
  conditionedOn: events,
  seed: z.int(),
  temperature: z.number().min(0),
  /** Of lengths, by a network that reads notes; absent = the same. */
  rhythmTemperature: z.number().min(0).exactOptional(),
  topK: count.nullable(),
  topP: z.number().positive().max(1).nullable(),
  beamSize: count.max(MAX_CANDIDATES),
  branchFactor: count.max(MAX_CANDIDATES),
  stepsPerIteration: count,
  totalSteps: count.max(MAX_STEPS),
  /** What took the network's steps; absent = the portable arithmetic, the same on every machine. */
  engine: engineSchema.exactOptional(),
  qpm: z.number().positive(),
  /** Metre of the MIDI file; absent = 4/4. */
  timeSignature: metre.exactOptional(),
  /** What the melody was held to while it was drawn; absent = nothing. */
  control: controlSchema.exactOptional(),
  controlCost: controlCostSchema.exactOptional(),
  /** Bars that were drawn again between `conditionedOn` and what follows; absent = the melody was continued. */
  rewrite: rewriteSchema.exactOptional(),
  /** Nats, of the continuation at temperature 1. */
  logLikelihood: measured,
  events: z.array(z.int()),
  midiSha256: hash,
})
export type Sidecar = Stored<typeof sidecarSchema>

/** A file that is not a sidecar, or a damaged one. */
export class SidecarError extends UserError {
  override readonly name = 'SidecarError'
}

/** A sidecar as the text of its file. */
export function sidecarText(sidecar: Sidecar): string {
  return readableJson(sidecar)
}

const REMEDY = 'give the .json beside a .mid'

/**
 * Reads a melody's sidecar.
 * @throws SidecarError when the file is missing, is not a sidecar, or holds an impossible value; it names the field.
 */
export function readSidecar(path: string): Sidecar {
  const sidecar = parseSidecar(readText(path), path)
  const { conditionedOn, totalSteps, beamSize, branchFactor, rewrite } = sidecar
  const candidates = beamSize * branchFactor * (rewrite?.candidates ?? 1)
  const given = conditionedOn.length + (rewrite?.following.length ?? 0)
  const work = totalSteps * candidates
  const problem =
    given >= totalSteps
      ? `invalid totalSteps: ${totalSteps} (expected more than its primer's ${given} steps)`
      : candidates > MAX_CANDIDATES
        ? `invalid branchFactor: ${branchFactor} (at most ${MAX_CANDIDATES} candidates)`
        : work > MAX_WORK
          ? `totalSteps ${totalSteps} times ${candidates} candidates is ${work} (at most ${MAX_WORK})`
          : null
  if (problem !== null) throw new SidecarError(`${path}: ${problem}; ${REMEDY}`)
  return sidecar
}

function parseSidecar(text: string, path: string): Sidecar {
  try {
    return parseStored(text, sidecarSchema, { path, remedy: REMEDY })
  } catch (error) {
    if (!(error instanceof StoredFileError)) throw error
    throw new SidecarError(error.message, { cause: error })
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = errorCode(error)
    if (code === undefined) throw error
    throw new SidecarError(`cannot read the sidecar ${path} (${systemReason(code)}): ${REMEDY}`, { cause: error })
  }
}
