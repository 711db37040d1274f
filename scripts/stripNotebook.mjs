#!/usr/bin/env node
// Git's clean filter for notebooks: reads a notebook on stdin and prints it as it is committed, without what running and
// saving it leaves behind. Node built-ins only: Git may run it on any Node, before anything is installed.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** What JupyterLab notes of a run in a cell's metadata. */
const OF_A_RUN = new Set(['ExecuteTime', 'collapsed', 'execution', 'jupyter', 'scrolled', 'trusted'])
/** What the kernel's version does not change. */
const LANGUAGE = ['file_extension', 'mimetype', 'name']

const sorted = (value) => Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
const without = (value, names) => Object.fromEntries(Object.entries(value).filter(([name]) => !names.has(name)))
const only = (value, names) => Object.fromEntries(Object.entries(value).filter(([name]) => names.includes(name)))

function stripCell(cell) {
  const stripped = { ...cell, metadata: without(cell.metadata ?? {}, OF_A_RUN) }
  return sorted(cell.cell_type === 'code' ? { ...stripped, execution_count: null, outputs: [] } : stripped)
}

/**
 * A notebook's text as it is committed: no outputs, no counts, no traces of a run, keys in the order of nbformat. Text that
 * is not a notebook comes back as it is.
 * @param {string} text
 * @returns {string}
 */
export function stripNotebook(text) {
  let notebook
  try {
    notebook = JSON.parse(text)
  } catch {
    return text
  }
  if (!Array.isArray(notebook?.cells)) return text
  const { language_info: language, ...metadata } = notebook.metadata ?? {}
  const kept = language === undefined ? metadata : { ...metadata, language_info: only(language, LANGUAGE) }
  const stripped = { ...notebook, cells: notebook.cells.map(stripCell), metadata: sorted(kept) }
  return `${JSON.stringify(sorted(stripped), null, 1)}\n`
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.stdout.write(stripNotebook(readFileSync(0, 'utf8')))
