import { readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { z } from 'zod'
import { projectRoot } from '../support/projectRoot.ts'

/** A function that a notebook uses, and where its code begins. */
export interface SourceLink {
  /** As the notebook calls it. */
  readonly name: string
  /** Path in the project, with slashes. */
  readonly file: string
  readonly line: number
}

/** What the modules of notebooks are imported as. */
const ENTRIES: Readonly<Record<string, string>> = { cantus: 'src/index.ts', lab: 'src/notebooks.ts' }

const notebookSchema = z.object({
  cells: z.array(z.object({ cell_type: z.string(), source: z.union([z.string(), z.array(z.string())]) })),
})

/**
 * The functions of this project that the cells of a notebook call, in their order, each with its file and line.
 * @example sourceLinks('0-one-melody')[0] // { name: 'readMidi', file: 'src/score/readMidi.ts', line: 40 }
 */
export function sourceLinks(notebook: string): SourceLink[] {
  const path = join(projectRoot, 'notebooks', `${notebook}.ipynb`)
  const { cells } = notebookSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  const code = cells.filter(({ cell_type }) => cell_type === 'code').map(({ source }) => [source].flat().join(''))
  const calls = code.join('\n').matchAll(/\b(cantus|lab)((?:\.\w+)+)(?=\()/g)
  const called = [...calls].map(([, entry = '', path = '']) =>
    definition(ENTRIES[entry] ?? '', path.split('.').slice(1)),
  )
  return called.filter(({ name }, n) => called.findIndex((other) => other.name === name) === n)
}

/** Where a module's export is written; through whatever modules it passes on the way. */
function definition(file: string, path: readonly string[]): SourceLink {
  const [name = '', ...inner] = path
  const text = readFileSync(join(projectRoot, file), 'utf8')
  const own = new RegExp(`^export (?:async )?(?:function|const|class) ${name}\\b`, 'm').exec(text)
  if (own !== null) return { name, file, line: text.slice(0, own.index).split('\n').length }
  for (const [, what = '', from = ''] of text.matchAll(/^export (\{[^}]*\}|\*(?: as \w+)?) from '(\.[^']+)'/gm)) {
    const there = posix.join(dirname(file), from)
    if (what === `* as ${name}`) return definition(there, inner)
    const passed = what === '*' ? name : namedIn(what, name)
    const found = passed === null || !exportsName(there, passed) ? null : definition(there, [passed, ...inner])
    if (found !== null) return { ...found, name: found.name === passed ? name : found.name }
  }
  throw new Error(`${file} exports no ${name}, which a notebook calls`)
}

/** The name of an export in the module it comes from; null where the list has no such name. */
function namedIn(list: string, name: string): string | null {
  const entries = list
    .slice(1, -1)
    .split(',')
    .map((entry) => entry.trim().split(' as '))
  const found = entries.find(([own, other]) => (other ?? own) === name)
  return found?.[0] ?? null
}

function exportsName(file: string, name: string): boolean {
  const text = readFileSync(join(projectRoot, file), 'utf8')
  return new RegExp(`\\b${name}\\b`).test(text)
}
