import { existsSync } from 'node:fs'
import { findChromium as installed } from '../../scripts/setup/chromium.mjs'
import { UserError } from '../../src/support/errors.ts'

/**
 * The program of a Chromium on this machine, or null: what env CHROMIUM names, else where packages put one.
 * @throws UserError when CHROMIUM names nothing.
 */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | null {
  const named = env['CHROMIUM']
  if (named && !existsSync(named)) throw new UserError(`CHROMIUM is ${named}, which does not exist`)
  return installed(env)
}
