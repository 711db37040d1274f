import { findScoreFilesOrReasons } from '../../dataset/scoreFiles.ts'

/** Longer names push their row to the right. */
const WIDEST = 60

/** Width of the column that names the scores of some paths, and holds the head `file`. */
export async function nameWidth(paths: readonly string[]): Promise<number> {
  const found = await findScoreFilesOrReasons(paths, () => undefined)
  const names = found.map((each) => (typeof each === 'string' ? each : each.file))
  return names.reduce((widest, { length }) => Math.max(widest, Math.min(length, WIDEST)), 'file'.length)
}
