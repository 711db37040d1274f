import { tableCell } from '../support/text/tableCell.ts'
import type { FileRow } from './dataset.ts'

/**
 * The published list of a split: one line per file, sorted by path (in code units' order): path, side, the first path of its
 * family (empty where that is itself), style (empty for general music) and, where asked for, which parts hold it. The
 * same files make the same bytes.
 * @param partsOf names of the parts that hold a file; without it the column is left out.
 */
export function splitList(
  files: readonly Pick<FileRow, 'path' | 'split' | 'family' | 'style'>[],
  partsOf?: (path: string) => readonly string[],
): string {
  const heading = ['path', 'split', 'family', 'style', ...(partsOf ? ['parts'] : [])]
  const lines = [...files]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, split, family, style }) => {
      const parts = partsOf === undefined ? [] : [partsOf(path).join(',')]
      return [path, split, family === path ? '' : family, style ?? '', ...parts]
    })
  return `${[heading, ...lines].map((cells) => cells.map(tableCell).join('\t')).join('\n')}\n`
}
