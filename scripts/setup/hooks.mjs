// The pre-commit hook, where this is a git checkout that has no hooks of its own, and the filter of notebooks.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './steps.mjs'

/** Git runs it at the root of the checkout; where the script or Node is missing, the notebook stays as it is. */
export const NOTEBOOK_FILTER = { name: 'filter.cantus-notebook.clean', command: 'node scripts/stripNotebook.mjs' }

const setting = async (name) => {
  const { status, output } = await run('git', ['config', '--get', name])
  return status === 0 ? output.trim() : ''
}

export async function installHooks() {
  if (!existsSync(join(root, '.git')) || process.env.CI !== undefined) return
  const { name, command } = NOTEBOOK_FILTER
  if ((await setting(name)) !== command) await run('git', ['config', name, command])
  if ((await setting('core.hooksPath')) === '') await run('git', ['config', 'core.hooksPath', '.githooks'])
}
