import { existsSync } from 'node:fs'

const PLACES = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** The program of a Chromium on this machine (env CHROMIUM names another one), or null with a loud line. */
export function findChromium(): string | null {
  const found = PLACES.find((path) => path !== undefined && existsSync(path))
  if (found === undefined) console.warn('SKIPPED: the site in a browser; no Chromium found (set CHROMIUM to its path)')
  return found ?? null
}
