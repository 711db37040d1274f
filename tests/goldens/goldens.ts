import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const here = dirname(fileURLToPath(import.meta.url))

/**
 * The folder with the whole set of reference outputs, which does not travel with the project: `CANTUS_GOLDENS`, else
 * `../shared/goldens` beside the repository. `null`, with a loud line, where it is absent.
 */
export function sharedGoldens(): string | null {
  const folder = process.env['CANTUS_GOLDENS'] ?? resolve(here, '../../../shared/goldens')
  if (existsSync(join(folder, 'index.json'))) return folder
  console.warn(
    `SKIPPED: no goldens in ${folder}; set CANTUS_GOLDENS to run every comparison with note-seq and Magenta.`,
  )
  return null
}

/** The part of the reference outputs that travels with the project: what comes from the `midi/synth` files. */
export const ownGoldens: string = join(here, 'data')

/** Every set of goldens there is: the project's own always, the whole one where it can be found. */
export function goldenFolders(): { name: string; folder: string }[] {
  const shared = sharedGoldens()
  return [{ name: 'own', folder: ownGoldens }, ...(shared === null ? [] : [{ name: 'shared', folder: shared }])]
}

/** The text of a golden file, from `name` or from the gzipped `name.gz`. */
export function readGolden(folder: string, name: string): string {
  const path = join(folder, name)
  return existsSync(path) ? readFileSync(path, 'utf8') : gunzipSync(readFileSync(`${path}.gz`)).toString('utf8')
}

/** A golden JSON file. */
export function goldenJson<T>(folder: string, name: string): T {
  return JSON.parse(readGolden(folder, name)) as T
}

/** The rows of a golden JSON-lines file. */
export function goldenLines<T>(folder: string, name: string): T[] {
  return readGolden(folder, name)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
}

/** The bytes of an input, `file` as in the goldens' rows (`synth/ts_3_4.mid`). */
export function goldenMidi(folder: string, file: string): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, 'midi', file)))
}
