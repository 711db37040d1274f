import { experimentConfigSchema, modelNameSchema } from '../config/experimentConfig.ts'
import { readStoredIfThere } from '../support/readStored.ts'
import type { Stored } from '../support/stored.ts'
import { runFiles } from './runDirectory.ts'

/** The part of a run's `config.json` that is read; runs of other versions may lack the rest. */
const runConfigSchema = experimentConfigSchema.pick({ scale: true }).extend({
  iteration: modelNameSchema,
  training: experimentConfigSchema.shape.training.pick({ steps: true, patience: true }).partial({ patience: true }),
})
export type RunConfig = Stored<typeof runConfigSchema>

/** The settings of the run in a folder; null if the folder is not a run's. @throws StoredFileError. */
export const readRunConfig = (folder: string): Promise<RunConfig | null> =>
  readStoredIfThere(runFiles(folder).config, runConfigSchema, "restore an intact copy, or delete the run's folder")
