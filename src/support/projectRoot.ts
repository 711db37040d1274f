import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout: two folders above this file, in `src/` as in `dist/`. */
export const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

export interface StudyFolders {
  /** Holds `report/` and `generated_melodies/`: what is published. */
  readonly root: string
  /** Corpora, built data sets and runs. */
  readonly data: string
}

/** The checkout's own folders, unless the environment says otherwise (CANTUS_OUT, CANTUS_DATA). */
export function studyFolders(environment: NodeJS.ProcessEnv = process.env): StudyFolders {
  return {
    root: resolve(environment.CANTUS_OUT ?? projectRoot),
    data: resolve(environment.CANTUS_DATA ?? join(projectRoot, 'data')),
  }
}
