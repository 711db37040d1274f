import type { DataConfig } from '../config/experimentConfig.ts'
import { UserError } from '../support/errors.ts'
import { sha256 } from '../support/files.ts'
import type { Dataset, FileRow, MelodyRow, Split } from './dataset.ts'
import { isOneOf } from '../support/records.ts'

/** Modes by K: field that stand for the style where no style folder was named: all that is not plain major. */
const MODAL_MODES = ['dorian', 'phrygian', 'lydian', 'mixolydian', 'minor'] as const

/** The files of a part and their melodies; a file's split is the same in every part. */
export interface SelectedPart {
  readonly train: MelodyRow[]
  /** What settings are chosen by, and the held-out rows of a training curve. */
  readonly validation: MelodyRow[]
  /** What the published numbers are measured on. */
  readonly test: MelodyRow[]
  readonly files: FileRow[]
  readonly removed: {
    /** Melodies that are copies, in whatever key, of one that was kept. */
    readonly copies: number
    /** Melodies that also occur on a side that is held out more, of this part or another: short melodies alike, not files. */
    readonly heldOut: number
    /** Melodies above the limit per file. */
    readonly capped: number
  }
}

/**
 * The files an iteration works on. `first`: this many general files, in the order of the sha256 of their paths, which
 * mixes the collections. `all`: every general file. Both `without` some corpora. `style`: the files of the style
 * folders, or the modal tunes if there are none. `maxFiles` keeps the first ones in that same order. A general file with a style's file in its family
 * is in none of them: transfer would be measured on music seen before. Each melody is kept once, and none that any
 * part of the data set holds out is trained on.
 * @param maxMelodiesPerFile keeps at most this many melodies of each file, the first by the sha256 of their names; null = all.
 * @param leaky keeps copies, also across the sides, as a split by file does.
 * @throws UserError when there is no style.
 */
export function selectPart(
  dataset: Dataset,
  part: DataConfig['part'],
  maxMelodiesPerFile: number | null = null,
  leaky = false,
): SelectedPart {
  const files = chooseFiles(dataset.files, part)
  const chosen = new Set(files.map(({ path }) => path))
  const own = dataset.melodies.filter(({ path }) => chosen.has(path))
  const apart = leaky ? own : withoutHeldOut(own, dataset.melodies)
  const distinct = leaky ? apart : firstOfEach(apart)
  const melodies = capMelodies(distinct, maxMelodiesPerFile ?? Infinity)
  const side = (wanted: Split): MelodyRow[] => melodies.filter(({ split }) => split === wanted)
  const removed = {
    heldOut: own.length - apart.length,
    copies: apart.length - distinct.length,
    capped: distinct.length - melodies.length,
  }
  return { files, train: side('train'), validation: side('validation'), test: side('test'), removed }
}

/** Melodies too short to make their files kin may still be the same: they stay on the side that is held out most. */
function withoutHeldOut(melodies: readonly MelodyRow[], all: readonly MelodyRow[]): MelodyRow[] {
  const hashes = (split: Split): Set<string> =>
    new Set(all.filter((row) => row.split === split).map(({ canonicalHash }) => canonicalHash))
  const [validation, test] = [hashes('validation'), hashes('test')]
  return melodies.filter(({ split, canonicalHash }) => {
    if (split === 'test') return true
    return !test.has(canonicalHash) && (split === 'validation' || !validation.has(canonicalHash))
  })
}

/** Each melody once, whatever its key. */
export function firstOfEach(melodies: readonly MelodyRow[]): MelodyRow[] {
  const seen = new Set<string>()
  return melodies.filter(({ canonicalHash }) => !seen.has(canonicalHash) && seen.add(canonicalHash))
}

function chooseFiles(files: readonly FileRow[], part: DataConfig['part']): FileRow[] {
  if (part.kind === 'style') return firstByHash(styleFiles(files), part.maxFiles ?? Infinity)
  const without = new Set(part.without)
  const general = generalFiles(files).filter(({ path }) => !without.has(path.slice(0, path.indexOf('/'))))
  return firstByHash(general, (part.kind === 'first' ? part.files : part.maxFiles) ?? Infinity)
}

/** Files of no style, nor kin to a file that has one. */
export function generalFiles(files: readonly FileRow[]): FileRow[] {
  const styled = new Set(files.filter(({ style }) => style !== null).map(({ family }) => family))
  return files.filter(({ style, family }) => style === null && !styled.has(family))
}

/** Whether there is music that can stand for a style. */
export const hasStyle = (files: readonly FileRow[]): boolean =>
  files.some((file) => file.style !== null || isModal(file))

function styleFiles(files: readonly FileRow[]): FileRow[] {
  const styled = files.filter(({ style }) => style !== null)
  const chosen = styled.length > 0 ? styled : files.filter(isModal)
  if (chosen.length > 0) return chosen
  throw new UserError(
    'iteration 2.2 trains on a style, but no style folder was given: add --style DIR (there are no modal ABC tunes to use instead)',
  )
}

const isModal = ({ mode }: FileRow): boolean => isOneOf(MODAL_MODES, mode)

/** The first `count` by the sha256 of the path, back in the order of the data set. */
function firstByHash(files: readonly FileRow[], count: number): FileRow[] {
  if (count >= files.length) return [...files]
  return firstOf(files, ({ path }) => path, count)
}

/** The first `count` by the sha256 of their names, in the order they came in. */
function firstOf<Row>(rows: readonly Row[], nameOf: (row: Row) => string, count: number): Row[] {
  const ranked = rows.map((row) => ({ row, rank: sha256(nameOf(row)) })).sort((a, b) => (a.rank < b.rank ? -1 : 1))
  const kept = new Set(ranked.slice(0, count).map(({ row }) => row))
  return rows.filter((row) => kept.has(row))
}

function capMelodies(melodies: MelodyRow[], most: number): MelodyRow[] {
  if (most === Infinity) return melodies
  const byFile = Map.groupBy(melodies, ({ path }) => path)
  const kept = new Set([...byFile.values()].flatMap((own) => firstOf(own, ({ id }) => id, most)))
  return melodies.filter((melody) => kept.has(melody))
}
