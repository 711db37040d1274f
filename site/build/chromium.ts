import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../../src/support/errors.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

/**
 * The program of a Chromium on this machine, or null: what env CHROMIUM names, else where packages put one.
 * @throws UserError when CHROMIUM names nothing.
 */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | null {
  const named = env['CHROMIUM']
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named
    throw new UserError(`CHROMIUM is ${named}, and there is no such program`)
  }
  const places = JSON.parse(readFileSync(join(projectRoot, 'scripts/setup/chromiumPlaces.json'), 'utf8')) as string[]
  return places.find((path) => existsSync(path)) ?? null
}
