import { join } from 'node:path'
import { sha256, writeFileAtomic } from '../support/files.ts'
import type { OpenDataset } from './buildDataset.ts'
import type { MelodyRow } from './dataset.ts'
import type { SelectedPart } from './selectPart.ts'
import { splitList } from './splitList.ts'
import { storeDataset } from './storedDataset.ts'
import { valueAt } from '../support/itemAt.ts'

/** A part on disk, in the form of a data set of its own. */
export interface StoredPart {
  readonly folder: string
  /** sha256 over its rows: two parts with the same hash train the same model. */
  readonly hash: string
}

/** Name of the list of a part's split, beside its Parquet. */
export const SPLIT_LIST = 'split.tsv'

/**
 * Writes the files of a part and those of their melodies that it keeps as Parquet, and the list of its split
 * (`SPLIT_LIST`), to `<built>/<name>-<hash of what it keeps>/`.
 */
export async function storePart(
  part: SelectedPart,
  { dataset, kinship }: Pick<OpenDataset, 'dataset' | 'kinship'>,
  name: string,
  built: string,
  nowMs: number,
): Promise<StoredPart> {
  const byFile = new Map<string, MelodyRow[]>(part.files.map(({ path }) => [path, []]))
  for (const melody of [...part.train, ...part.validation, ...part.test]) valueAt(byFile, melody.path).push(melody)
  const rows = part.files.map((file) => ({ file, melodies: valueAt(byFile, file.path) }))
  const kept = rows.flatMap(({ file, melodies }) => [file.path, ...melodies.map(({ id }) => id)])
  const folder = join(built, `${name}-${sha256(JSON.stringify([dataset.hash, kept])).slice(0, 16)}`)
  const { hash } = await storeDataset(folder, rows, kinship, nowMs)
  await writeFileAtomic(join(folder, SPLIT_LIST), splitList(part.files))
  return { folder, hash }
}
