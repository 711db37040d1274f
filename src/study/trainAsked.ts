import { type Overrides, merged, overridesSchema } from '../config/overrides.ts'
import { UserError } from '../support/errors.ts'
import { readStoredIfThere } from '../support/readStored.ts'
import type { TrainOptions } from './trainRun.ts'

/** What the options of a command ask of a training. */
export interface TrainAsked extends Omit<TrainOptions, 'folders' | 'overrides' | 'parent' | 'planOnly' | 'warmStart'> {
  readonly corpus: readonly string[]
  readonly style: readonly string[]
  readonly set: Overrides[]
  readonly config?: string
  readonly freeze: string[]
}

/** The settings that a training changes: those of a file, then each `--set`, then `--freeze`. @throws UserError where the file is not there. */
export async function settingsAsked({
  config,
  set,
  freeze,
}: Pick<TrainAsked, 'config' | 'set' | 'freeze'>): Promise<Overrides> {
  const frozen = freeze.length > 0 ? [{ training: { freeze } }] : []
  return merged([...(config === undefined ? [] : [await readSettings(config)]), ...set, ...frozen])
}

async function readSettings(path: string): Promise<Overrides> {
  const settings = await readStoredIfThere(
    path,
    overridesSchema,
    'give settings by section: {"training": {"steps": 9}}',
  )
  if (settings === null) throw new UserError(`no file ${path}: --config takes a JSON file of settings`)
  return settings
}

/**
 * A transfer to music of one's own: without a style folder, the corpus is the style. Other iterations learn no style, and
 * take their folders as they are.
 */
export function transferFolders({ iteration, corpus, style }: Pick<TrainAsked, 'iteration' | 'corpus' | 'style'>): {
  readonly corpus: readonly string[]
  readonly style: readonly string[]
} {
  const isToCorpus = iteration === '2.2' && style.length === 0
  return isToCorpus ? { corpus, style: corpus } : { corpus, style }
}
