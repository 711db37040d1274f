import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sourceTables, withSourceTables } from '../../src/corpus/card.ts'
import { declarations } from '../../src/corpus/declared.ts'
import { CorpusFolderError } from '../../src/corpus/listFolders.ts'
import { mayShowNotes } from '../../src/corpus/sharedSources.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

describe('the data card', () => {
  it('holds what the declarations say today', async () => {
    const card = await readFile(join(projectRoot, 'data', 'README.md'), 'utf8')
    expect(withSourceTables(card)).toBe(card) // mend with: npx cantus corpus card --write
  })

  it('names every source and archive with its sum, and every collection with its licence and use', () => {
    const tables = sourceTables()
    const { embedded, downloads, shared, sharedArchives } = declarations
    for (const { name } of [embedded, ...downloads, ...shared]) expect(tables).toContain(`\`${name}\``)
    for (const { sha256 } of [embedded, ...downloads, ...sharedArchives]) expect(tables).toContain(sha256)
    for (const { folder, licence, use } of sharedArchives.flatMap(({ collections }) => collections)) {
      const row = tables.split('\n').find((line) => line.includes(`\`${folder}\``))
      expect(row).toContain(licence)
      expect(row).toContain(use)
    }
  })

  it('refuses a card that has no place for them', () => {
    expect(() => withSourceTables('# Data')).toThrow(CorpusFolderError)
  })
})

describe('mayShowNotes', () => {
  const licence = (folder: string): string =>
    declarations.sharedArchives.flatMap(({ collections }) => collections).find((each) => each.folder === folder)!
      .licence

  it.each([
    ['general/polish-scores', true],
    ['general/nottingham', true],
    ['general/pop909', false], // its licence is of the files, not of the songs
    ['general/lakh-sample', false],
    ['general/oneills1850', false],
    ['performances/asap', false],
    ['style/film-ghibli', false],
    ['style/game-freedoom', true],
  ])('of %s: %s', (folder, shown) => {
    expect(mayShowNotes({ path: `${folder}/a.mid`, licence: licence(folder) })).toBe(shown)
  })

  it('is false for a file under another licence than its collection, and for music of no declared collection', () => {
    expect(mayShowNotes({ path: 'general/polish-scores/a.mid', licence: 'all rights reserved' })).toBe(false)
    expect(mayShowNotes({ path: 'general/polish-scores-2/a.mid', licence: 'CC-BY-4.0' })).toBe(false)
    expect(mayShowNotes({ path: 'mine/a.mid', licence: 'not stated (local folder)' })).toBe(false)
  })
})

describe('the declared sources', () => {
  it('count as many files in their collections as they have', () => {
    const { shared, sharedArchives } = declarations
    const files = sharedArchives.flatMap(({ collections }) => collections).reduce((sum, { files }) => sum + files, 0)
    expect(shared.find(({ name }) => name === 'shared')?.files).toBe(files)
  })

  it('have names, addresses and sums that can be used', () => {
    const { embedded, downloads, shared } = declarations
    const names = [embedded, ...downloads, ...shared].map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const { address, sha256, bytes } of downloads) {
      expect(new URL(address).pathname).toMatch(/\.(tar\.gz|zip)$/)
      expect(sha256).toMatch(/^[0-9a-f]{64}$/)
      expect(bytes).toBeGreaterThan(1e6)
    }
  })
})
