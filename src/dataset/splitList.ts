import type { FileRow } from './dataset.js'

const HEADING = 'path\tsplit\tfamily\tstyle'

/**
 * The published list of a split: a line a file, sorted by path (in code units' order): path, side, the first path of its
 * family (empty where that is itself), style (empty for general music). The same files make the same bytes.
 */
export function splitList(files: readonly Pick<FileRow, 'path' | 'split' | 'family' | 'style'>[]): string {
  const lines = [...files]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, split, family, style }) => [path, split, family === path ? '' : family, style ?? ''].join('\t'))
  return `${[HEADING, ...lines].join('\n')}\n`
}
