import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { projectRoot } from '../../src/support/projectRoot.ts'

/** A notebook's file, as far as tests look at it. */
export interface NotebookFile {
  readonly cells: { readonly id: string; readonly cell_type: string; readonly source: string[] }[]
}

/** The source of a notebook of this project. */
export const readNotebook = async (name: string): Promise<NotebookFile> =>
  JSON.parse(await readFile(join(projectRoot, 'notebooks', `${name}.ipynb`), 'utf8')) as NotebookFile

/** The answers that lie folded below the "Your turn" cells of a notebook. */
export function answersOf({ cells }: NotebookFile): string[] {
  const prose = cells.filter(({ cell_type }) => cell_type === 'markdown').map(({ source }) => source.join(''))
  return prose
    .filter((text) => text.startsWith('### Your turn'))
    .flatMap((text) => [...text.matchAll(/<details>[^]*?```ts\n([^]*?)```[^]*?<\/details>/g)].map(([, code]) => code!))
}
