import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { differingSettings } from '../config/differingSettings.ts'
import type { Dataset } from '../dataset/dataset.ts'
import { loadCheckpoint } from '../model/checkpoint.ts'
import { UserError } from '../support/errors.ts'
import { itemAt } from '../support/itemAt.ts'
import { readStoredIfThere } from '../support/readStored.ts'
import { numberOf } from '../support/records.ts'
import { adoptRun, type Archived, archiveRun, readArchived } from '../training/runArchive.ts'
import { runFiles } from '../training/runDirectory.ts'
import type { OpenedIteration } from './reproduce.ts'

/**
 * Where runs are kept so that other machines can resume them: `next` holds runs under way, `runs` those that the published
 * numbers come from. Only the commit that republishes everything changes `runs`.
 */
export const KEPT_IN = ['next', 'runs'] as const
/** A folder of kept runs. */
export type KeptIn = (typeof KEPT_IN)[number]

/** The folder of an iteration's kept run, relative to the folder that holds `report/`. */
export const archivePath = (iteration: string, place: KeptIn): string =>
  `report/results/checkpoints/${place}/${iteration}`

const placesOf = (iteration: string): string[] => KEPT_IN.map((place) => archivePath(iteration, place))

/** What each of the folders keeps of an iteration; null where that is nothing. */
const keptRuns = (root: string, iteration: string): Promise<(Archived | null)[]> =>
  Promise.all(placesOf(iteration).map((path) => readArchived(join(root, path))))

/** Whether this very run is kept, so that it can go on. */
export async function isKept({ folders, config, run }: Pick<OpenedIteration, 'folders' | 'config' | 'run'>) {
  return (await keptRuns(folders.root, config.iteration)).some((kept) => kept?.run === run)
}

/**
 * Puts a kept run where it can resume: the one under way, or where that is past the steps asked for the published one.
 * @returns the path it came from; null if none fits, or the run is there already.
 */
export async function adoptKept(opened: OpenedIteration): Promise<string | null> {
  const { folders, config, runFolder } = opened
  for (const path of placesOf(config.iteration))
    if (await adoptRun(join(folders.root, path), runFolder, lastStepOf(opened))) return path
  return null
}

/** The step a run ends at, counted from its first ancestor's scratch. */
function lastStepOf({ config, parent, warmStart }: OpenedIteration): number {
  if (warmStart !== null) return Infinity
  return config.training.steps + (parent === null ? 0 : lastStepOf(parent))
}

/**
 * Keeps all that a run needs to resume elsewhere, over what was kept of it before.
 * @returns the step at which it is kept already, where that is further on (fewer steps were asked for this time) and stays;
 * null where it was kept now, or has nothing to keep.
 */
export async function keepRun(
  { folders, config, run, runFolder }: Pick<OpenedIteration, 'folders' | 'config' | 'run' | 'runFolder'>,
  place: KeptIn,
): Promise<number | null> {
  const { checkpoint } = runFiles(runFolder)
  if (!existsSync(checkpoint)) return null
  const archive = join(folders.root, archivePath(config.iteration, place))
  const kept = await readArchived(archive)
  const { state } = await loadCheckpoint(checkpoint)
  if (kept?.run === run && kept.step > (numberOf(state, 'step') ?? NaN)) return kept.step
  await archiveRun(runFolder, archive)
  return null
}

const anyConfig = z.record(z.string(), z.unknown())

/** Settings that are not part of a run's name. */
const DECIDES_NOTHING: readonly string[] = ['title', 'training.steps', 'training.logEvery', 'training.checkpointEvery']

/**
 * Refuses to train an iteration of which only other runs are kept, or of which another is under way where this one would be kept:
 * what is trained would take their place.
 * @param place where it would be kept; null for one that is only resumed from.
 * @throws UserError that names both runs, whose names are hashes of settings and music, and what differs.
 */
export async function refuseOtherRun(
  {
    folders,
    config,
    run,
    dataset,
  }: Pick<OpenedIteration, 'config' | 'run' | 'folders'> & {
    readonly dataset: Pick<Dataset, 'hash'>
  },
  place: KeptIn | null = null,
): Promise<void> {
  const places = placesOf(config.iteration)
  const kept = await keptRuns(folders.root, config.iteration)
  const others = kept.map((each) => each !== null && each.run !== run)
  const isKeptHere = kept.some((each) => each?.run === run)
  const at = others.findIndex((isOther, n) => isOther && (!isKeptHere || (place === 'next' && KEPT_IN[n] === place)))
  if (at < 0) return
  const path = itemAt(places, at)
  const stored = await readStoredIfThere(runFiles(join(folders.root, path)).config, anyConfig, 'restore an intact copy')
  const different = stored === null ? [] : differingSettings(stored, config)
  const settings = different.filter((name) => !DECIDES_NOTHING.includes(name) && !name.startsWith('generation'))
  const why =
    settings.length === 0 ? 'of other music, or from another start' : `by other settings: ${settings.join(', ')}`
  throw new UserError(
    `${path} keeps run ${kept[at]?.run ?? ''}, and iteration ${config.iteration} on data set ${dataset.hash.slice(0, 12)} is run ${run}, ${why}: ` +
      'set CANTUS_OUT=FOLDER to train this one elsewhere, or give reproduce --force to let it take the place of the kept one',
  )
}
