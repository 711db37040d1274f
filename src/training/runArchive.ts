import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { encodeWeightsFp16, loadCheckpoint, loadWeights, modelWeights, saveCheckpoint } from '../model/checkpoint.ts'
import { UserError } from '../support/errors.ts'
import { writeFileAtomic } from '../support/files.ts'
import { readStoredIfThere } from '../support/readStored.ts'
import type { Stored } from '../support/stored.ts'
import { readRunConfig } from './runConfig.ts'
import { type RunFiles, runFiles } from './runDirectory.ts'
import { numberOf } from '../support/records.ts'

/** Which run an archive holds, and how far. */
const archivedSchema = z.object({ run: z.string(), step: z.number() })
export type Archived = Stored<typeof archivedSchema>

/** What a run needs to resume elsewhere, bit for bit: weights, optimizer, state, best so far, and its log. */
const KEPT: readonly (keyof RunFiles)[] = ['config', 'dataset', 'environment', 'metrics', 'best', 'start', 'trainedOn']

/**
 * Copies what a run needs to resume into `archive`, over what was there.
 * @param withoutOptimizer leaves out the optimizer's state, two thirds of it: of a run that is over and that nothing resumes from.
 * @throws UserError when the run has no checkpoint yet; CheckpointError when that is damaged.
 */
export async function archiveRun(runFolder: string, archive: string, withoutOptimizer = false): Promise<Archived> {
  const [from, to] = [runFiles(runFolder), runFiles(archive)]
  if (!existsSync(from.checkpoint)) throw new UserError(`${runFolder} has no checkpoint yet: nothing to keep`)
  const checkpoint = await loadCheckpoint(from.checkpoint) // a damaged one is found now, not on the other machine
  if (!withoutOptimizer) await writeFileAtomic(to.checkpoint, await readFile(from.checkpoint))
  else if (checkpoint.state['finished'] === true) await saveCheckpoint(to.checkpoint, { ...checkpoint, adam: null })
  else throw new UserError(`${runFolder} is not finished: without the optimizer's state it could not go on`)
  const { state } = await loadCheckpoint(to.checkpoint) // of what was copied: a training may have gone on meanwhile
  for (const name of KEPT)
    if (existsSync(from[name]))
      await writeFileAtomic(to[name], name === 'best' ? await shortBest(runFolder) : await readFile(from[name]))
  const archived: Archived = { run: basename(runFolder), step: numberOf(state, 'step') ?? NaN }
  await writeFileAtomic(archiveNote(archive), `${JSON.stringify(archived)}\n`)
  return archived
}

/**
 * Best weights are only ever published, and so with 16 bits: kept like that they are the published file. Where patience ends a
 * run it goes back to them, and they stay as they are.
 */
async function shortBest(runFolder: string): Promise<Uint8Array> {
  const config = await readRunConfig(runFolder)
  const path = runFiles(runFolder).best
  if (config === null || (config.training.patience ?? null) !== null) return readFile(path)
  const { checkpoint: best } = await loadWeights(path)
  const step = String(numberOf(best.state, 'step') ?? '')
  const { iteration } = config
  return encodeWeightsFp16(best.spec, modelWeights(best), { iteration, run: basename(runFolder), step })
}

/** The file that says which run an archive holds. */
export const archiveNote = (archive: string): string => join(archive, 'run.json')

/** The name of the run that an archive holds; null if the folder is not an archive. */
export const archivedRun = async (archive: string): Promise<string | null> => (await readArchived(archive))?.run ?? null

/** Which run an archive holds, and how far; null if the folder is not an archive. @throws StoredFileError. */
export const readArchived = (archive: string): Promise<Archived | null> =>
  readStoredIfThere(archiveNote(archive), archivedSchema, 'restore an intact copy of its folder, or delete that folder')

/**
 * Puts an archived run back where it can resume; false when the archive holds another run or one that is past `lastStep`, or
 * the run is there already.
 */
export async function adoptRun(archive: string, runFolder: string, lastStep = Infinity): Promise<boolean> {
  if (existsSync(runFiles(runFolder).checkpoint)) return false
  const archived = await readArchived(archive)
  if (archived === null || archived.run !== basename(runFolder) || archived.step > lastStep) return false
  const [from, to] = [runFiles(archive), runFiles(runFolder)]
  // The checkpoint last: only with it can the run resume.
  for (const name of [...KEPT, 'checkpoint'] as const)
    if (existsSync(from[name])) await writeFileAtomic(to[name], await readFile(from[name]))
  return true
}
