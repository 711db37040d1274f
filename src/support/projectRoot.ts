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

/**
 * The checkout's own folders, unless the environment says otherwise (CANTUS_OUT, CANTUS_DATA). The published report is the
 * study at full scale; what a smaller one comes to lies under `data/<scale>`, and so never takes its place.
 */
export function studyFolders(
  environment: NodeJS.ProcessEnv = process.env,
  scale: 'full' | 'quick' | 'smoke' = 'full',
): StudyFolders {
  const data = resolve(environment.CANTUS_DATA || join(projectRoot, 'data'))
  const results = scale === 'full' ? projectRoot : join(data, scale)
  return { root: resolve(environment.CANTUS_OUT || results), data }
}
