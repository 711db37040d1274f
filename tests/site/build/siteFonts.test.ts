import { copyFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { subsetFonts } from '../../../site/build/siteFonts.ts'
import { parseHtml } from '../../../site/build/siteLinks.ts'

const font = createRequire(import.meta.url).resolve(
  '@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2',
)

describe('subsetFonts', () => {
  it('leaves less than half of a font, and more where pages say more', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cantus-fonts-'))
    const sizes: number[] = []
    for (const text of ['Melodies', 'Fernández, Jürgen, “quoted” – ©½µ']) {
      await copyFile(font, join(folder, 'a.woff2'))
      const page = { path: '', root: parseHtml(`<p>${text}</p>`) }
      const saved = await subsetFonts([page], ['a.woff2', 'index.html'], folder)
      const left = await readFile(join(folder, 'a.woff2'))
      expect(left.subarray(0, 4).toString()).toBe('wOF2')
      expect(left.length + saved).toBe((await stat(font)).size)
      sizes.push(left.length)
    }
    expect(sizes[0]).toBeLessThan((await stat(font)).size / 2)
    expect(sizes[1]).toBeGreaterThan(sizes[0]!)
    await rm(folder, { recursive: true })
  })
})
