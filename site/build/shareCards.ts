import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { RollMelody } from '../../src/charts/pianoRoll.ts'
import { shareCardSvg } from '../../src/charts/shareCard.ts'
import { readSidecar } from '../../src/results/sidecar.ts'
import { createFolder } from '../../src/support/createFolder.ts'
import type { FinishedPage } from './siteLinks.ts'
import { itemAt } from '../../src/support/itemAt.ts'

const FONT = 'Source Serif 4'
const FONT_FILE = '@expo-google-fonts/source-serif-4/600SemiBold/SourceSerif4_600SemiBold.ttf'

/**
 * Draws the picture that each page names as its Open Graph image. Which melody a page shows follows from its place: its own
 * iteration's where it has one, on a melody's page that melody.
 * @param files every file of the site; the melodies' sidecars are taken from it.
 */
export async function writeShareCards(
  pages: readonly FinishedPage[],
  files: ReadonlySet<string>,
  { folder, base }: { folder: string; base: string },
): Promise<void> {
  const { Resvg } = await import('@resvg/resvg-js')
  const font = createRequire(import.meta.url).resolve(FONT_FILE)
  // Continuations of held-out tunes and duets have other sidecars, and no page of their own.
  const sidecars = [...files].filter((file) => /^melodies\/(?!starter\/|duets\/).*\.json$/.test(file)).sort()
  for (const [index, { root }] of pages.entries()) {
    const named = root.querySelector('meta[property="og:image"]')?.getAttribute('content')
    if (named === undefined) continue
    const place = new URL(named, 'http://site').pathname.slice(base.length)
    const title = root.querySelector('h1')?.text.trim() ?? 'Cantus'
    const melody = melodyFor(itemAt(pages, index).path, index, sidecars, folder)
    const drawn = new Resvg(shareCardSvg(title, melody, FONT), {
      font: { fontFiles: [font], loadSystemFonts: false, defaultFontFamily: FONT },
    })
    createFolder(join(folder, place, '..'))
    await writeFile(join(folder, place), drawn.render().asPng())
  }
}

function melodyFor(path: string, index: number, sidecars: readonly string[], folder: string): RollMelody | null {
  const [, melody] = /^melodies\/(it_.+)\/$/.exec(path) ?? []
  const own = sidecars.filter((file) =>
    melody === undefined ? file.includes(`/${path.replace('-', '_')}`) : file.endsWith(`/${melody}.json`),
  )
  const from = own.length > 0 ? own : sidecars
  const file = from[(index * 7) % from.length]
  if (file === undefined) return null
  const { events, primerEvents } = readSidecar(join(folder, file))
  return { events, primerSteps: primerEvents.length }
}
