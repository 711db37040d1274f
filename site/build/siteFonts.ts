import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import subsetFont from 'subset-font'
import type { FinishedPage } from './siteLinks.ts'

/** The weights that the pages set, of the two hundred to nine hundred that the fonts have. */
const WEIGHTS = { min: 400, max: 600 } as const
/** What scripts may write beside what the pages say already. */
const ASCII = String.fromCharCode(...Array.from({ length: 95 }, (_, n) => 32 + n))

/**
 * Leaves in the fonts of a finished site the characters and weights that its pages use: less than half of each, which a
 * reader on a slow line waits for. Returns how many bytes fell away.
 * @param files paths inside `folder`.
 */
export async function subsetFonts(
  pages: readonly FinishedPage[],
  files: Iterable<string>,
  folder: string,
): Promise<number> {
  const characters = new Set(ASCII + pages.map(({ root }) => root.text).join(''))
  const fonts = [...files].filter((file) => file.endsWith('.woff2'))
  const saved = await Promise.all(fonts.map((font) => subset(join(folder, font), [...characters].sort().join(''))))
  return saved.reduce((sum, bytes) => sum + bytes, 0)
}

async function subset(file: string, characters: string): Promise<number> {
  const whole = await readFile(file)
  const part = await subsetFont(whole, characters, { targetFormat: 'woff2', variationAxes: { wght: WEIGHTS } })
  await writeFile(file, part)
  return whole.length - part.length
}
