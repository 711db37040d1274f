import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { href } from './links.ts'

/** Where files lie inside the site that a page makes while it is built. */
const FOLDER = 'files'

/**
 * Puts a file beside the pages, named after its content so that equal ones are stored once: what is fetched when it is
 * asked for need not weigh on the page. Returns its address.
 * @example publishFile('{}', 'json') // '/files/44136fa355b3678a.json'
 */
export function publishFile(content: string | Uint8Array, extension: string): string {
  const site = process.env.CANTUS_SITE_OUT
  if (site === undefined) throw new Error('CANTUS_SITE_OUT does not say where the site is built: run npm run site')
  const name = `${createHash('sha256').update(content).digest('hex').slice(0, 16)}.${extension}`
  mkdirSync(join(site, FOLDER), { recursive: true })
  writeFileSync(join(site, FOLDER, name), content)
  return href(`${FOLDER}/${name}`)
}
