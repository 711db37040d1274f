import type { DataConfig } from '../iterations/experimentConfig.js'
import { UserError } from '../support/errors.js'
import { sha256 } from '../support/files.js'
import type { Dataset, FileRow, MelodyRow } from './dataset.js'

/** Modes by K: field that stand for the style where no style folder was named: all that is not plain major. */
export const MODAL_MODES = ['dorian', 'phrygian', 'lydian', 'mixolydian', 'minor'] as const

/** The files of a part and their melodies; a file's split is the same in every part. */
export interface SelectedPart {
  readonly train: MelodyRow[]
  readonly test: MelodyRow[]
  readonly files: FileRow[]
}

/**
 * The files an iteration works on. `first`: so many general files, in the order of the sha256 of their paths, which
 * mixes the collections. `all`: every general file. `style`: the files of the style folders, or the modal tunes where
 * there are none. `maxFiles` keeps the first so many in that same order.
 * @throws UserError when there is no style.
 */
export function selectPart(dataset: Dataset, part: DataConfig['part']): SelectedPart {
  const files = chooseFiles(dataset.files, part)
  const chosen = new Set(files.map(({ path }) => path))
  const melodies = dataset.melodies.filter(({ path }) => chosen.has(path))
  return {
    files,
    train: melodies.filter(({ split }) => split === 'train'),
    test: melodies.filter(({ split }) => split === 'test'),
  }
}

function chooseFiles(files: readonly FileRow[], part: DataConfig['part']): FileRow[] {
  const general = files.filter(({ style }) => style === null)
  if (part.kind === 'first') return firstByHash(general, part.files)
  return firstByHash(part.kind === 'all' ? general : styleFiles(files), part.maxFiles ?? Infinity)
}

function styleFiles(files: readonly FileRow[]): FileRow[] {
  const styled = files.filter(({ style }) => style !== null)
  const chosen = styled.length > 0 ? styled : files.filter(isModal)
  if (chosen.length > 0) return chosen
  throw new UserError(
    'no file has a style: name a folder of it with --style DIR (no modal ABC tune stands in for it here)',
  )
}

const isModal = ({ mode }: FileRow): boolean => (MODAL_MODES as readonly (string | null)[]).includes(mode)

/** The first `count` by the sha256 of the path, back in the order of the data set. */
function firstByHash(files: readonly FileRow[], count: number): FileRow[] {
  if (count >= files.length) return [...files]
  const ranked = files.map((file) => ({ file, rank: sha256(file.path) })).sort((a, b) => (a.rank < b.rank ? -1 : 1))
  const kept = new Set(ranked.slice(0, count).map(({ file }) => file))
  return files.filter((file) => kept.has(file))
}
