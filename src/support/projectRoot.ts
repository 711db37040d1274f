import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UserError } from './errors.ts'

/** The checkout, or the installed package: two folders above this file, in `src/` as in `dist/`. */
export const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** Whether this is a checkout of the repository; the package that npm installs has no sources. */
export const isCheckout = existsSync(join(projectRoot, 'src'))

/** The folders of a study. */
export interface StudyFolders {
  /** Holds `report/` and `generated_melodies/`: what is published. */
  readonly root: string
  /** Corpora, built data sets and runs. */
  readonly data: string
  /** Holds the `report/` with the weights that come with the package; absent in a checkout, whose own lie at `root`. */
  readonly shipped?: string
}

/**
 * The checkout's own folders, unless the environment says otherwise (CANTUS_OUT, CANTUS_DATA). The published report is the
 * study at full scale; results of a smaller one lie under `data/<scale>`, and so never take its place. Outside a checkout
 * everything lies in `./cantus-data`.
 */
export function studyFolders(
  environment: NodeJS.ProcessEnv = process.env,
  scale: 'full' | 'quick' | 'smoke' = 'full',
  inCheckout = isCheckout,
): StudyFolders {
  const data = resolve(environment.CANTUS_DATA || (inCheckout ? join(projectRoot, 'data') : 'cantus-data'))
  const results = scale === 'full' && inCheckout ? projectRoot : join(data, scale)
  const root = resolve(environment.CANTUS_OUT || results)
  return inCheckout ? { root, data } : { root, data, shipped: projectRoot }
}

/** @throws UserError outside a checkout, for what needs the repository's sources. @param what such as `cantus site` */
export function requireCheckout(what: string, inCheckout = isCheckout): void {
  if (!inCheckout) throw new UserError(`${what} works in a checkout of the repository only: clone it and run it there`)
}
