import { findChromium as find } from '../../site/build/chromium.ts'

/** The program of a Chromium on this machine (env CHROMIUM names another one), or null with a loud line. */
export function findChromium(): string | null {
  const found = find()
  if (found === null) console.warn('SKIPPED: the site in a browser; no Chromium found (set CHROMIUM to its path)')
  return found
}
