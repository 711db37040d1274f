// The pre-commit hook, where this is a git checkout that has no hooks of its own.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './steps.mjs'

export async function installHooks() {
  if (!existsSync(join(root, '.git')) || process.env.CI !== undefined) return
  const { status, output } = await run('git', ['config', '--get', 'core.hooksPath'])
  if (status === 0 && output.trim() !== '') return
  await run('git', ['config', 'core.hooksPath', '.githooks'])
}
