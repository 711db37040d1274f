// The one program that set-up does not install: a browser, which only the PDF, the browser tests and the site's benchmark need.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './steps.mjs'

/** The program of a Chromium (env CHROMIUM names one), or null. */
export function findChromium(env = process.env) {
  const places = JSON.parse(readFileSync(join(root, 'scripts/setup/chromiumPlaces.json'), 'utf8'))
  return [env.CHROMIUM, ...places].find((path) => path !== undefined && existsSync(path)) ?? null
}

/** Says what is skipped if there is none. */
export function sayChromium(say) {
  if (findChromium() === null)
    say('no Chromium: the PDF of the report and the browser tests are skipped (apt install chromium, or set CHROMIUM)')
}
