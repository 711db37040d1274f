import type { Figure } from './figures.ts'
import { loadIterations, loadNotebooks } from './study.ts'

/** Every module of the project's own source, as text: read at build, to say where a figure comes from. */
const sources = import.meta.glob<string>('../../../src/**/*.ts', { query: '?raw', import: 'default', eager: true })

/**
 * The module that exports a function, as a path in the project.
 * @throws Error that names the function when no module exports it.
 */
export function sourceOf(name: string): string {
  const declared = new RegExp(`^export (?:async )?(?:function|const) ${name}\\b`, 'm')
  const found = Object.entries(sources).find(([, text]) => declared.test(text))
  if (!found) throw new Error(`no module of src exports ${name}, which is said to draw a figure of the report`)
  return found[0].replace(/^(?:\.\.\/)+/, '')
}

export interface NotebookCell {
  readonly notebook: string
  /** Its place among all cells of the notebook, from 1 on: its anchor on the notebook's page. */
  readonly number: number
}

interface RawCell {
  readonly cell_type: string
  readonly source: string | readonly string[]
}

/** The cell of an executed notebook that makes a figure; null where none does, or none was executed. */
export function notebookCell({ drawnBy, cell, iterations }: Figure): NotebookCell | null {
  const scale = loadIterations()[0]?.result.config.scale
  const places = (scale === undefined ? [] : loadNotebooks(scale)).flatMap(({ name, text }) => {
    const { cells } = JSON.parse(text) as { cells: readonly RawCell[] }
    return cells.flatMap(({ cell_type, source }, n) => {
      const code = typeof source === 'string' ? source : source.join('')
      const calls = cell_type === 'code' && code.includes(`${drawnBy}(`) && (cell === undefined || code.includes(cell))
      return calls ? [{ notebook: name, number: n + 1 }] : []
    })
  })
  // A figure of one iteration is in the notebook of that iteration, where several draw the like.
  const own = places.find(({ notebook }) => iterations.length === 1 && notebook.endsWith(`iteration-${iterations[0]}`))
  return own ?? places[0] ?? null
}
