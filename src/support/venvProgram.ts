import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { UserError } from './errors.ts'
import { projectRoot, requireCheckout } from './projectRoot.ts'

/** A program of the Python environment. @throws UserError where set-up has not made it, as outside a checkout. */
export function venvProgram(name: string): string {
  requireCheckout('this command')
  const path = join(projectRoot, '.venv', process.platform === 'win32' ? `Scripts/${name}.exe` : `bin/${name}`)
  if (!existsSync(path)) throw new UserError(`${relative(projectRoot, path)} is missing: npm run setup installs it`)
  return path
}
