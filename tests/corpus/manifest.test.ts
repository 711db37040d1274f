import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readManifest } from '../../src/corpus/manifest.ts'

let folder = ''
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'cantus-manifest-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('readManifest', () => {
  it('joins titles, licences and origins with the labels of the style selection', async () => {
    const manifest = 'path\tsource\tlicence\ttitle\tstyle\na.mid\trepo@1:a#2\tCC0\tA tune\tirish\r\nb.mid\t\t\t\t\n'
    await writeFile(join(folder, 'MANIFEST.tsv'), manifest)
    await writeFile(join(folder, 'STYLE530.tsv'), 'path\tlabel\ttitle\nb.mid\tgame\tBoss\nc.mid\tfilm\t\n')
    const found = await readManifest(folder)
    const nothing = { origin: null, licence: null, title: null, about: null, styleLabel: null }
    expect([...(found?.values() ?? [])]).toEqual([
      { path: 'a.mid', origin: 'repo@1:a#2', licence: 'CC0', title: 'A tune', about: 'irish', styleLabel: null },
      { ...nothing, path: 'b.mid', title: 'Boss', styleLabel: 'game' },
      { ...nothing, path: 'c.mid', styleLabel: 'film' },
    ])
  })

  it('takes the columns by name, whichever there are, and passes over rows without a path', async () => {
    await writeFile(join(folder, 'MANIFEST.tsv'), 'licence\tpath\nGPL\tx.abc\nMIT\n\n')
    expect([...(await readManifest(folder))!.values()]).toMatchObject([{ path: 'x.abc', licence: 'GPL', title: null }])
  })

  it('is null without tables, or with tables of something else', async () => {
    expect(await readManifest(folder)).toBeNull()
    await writeFile(join(folder, 'MANIFEST.tsv'), 'file\tlicence\na.mid\tCC0\n')
    expect(await readManifest(folder)).toBeNull()
  })
})
