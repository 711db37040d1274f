import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listCorpus } from '../../src/corpus/corpus.ts'
import { CorpusFolderError, labelled, listFolders } from '../../src/corpus/listFolders.ts'
import { scoreFormat } from '../../src/corpus/scoreFormat.ts'
import { scanCorpus } from '../../src/dataset/scanCorpus.ts'
import { silentReporter } from '../../src/support/progress.ts'

let root = ''
beforeEach(async () => (root = await mkdtemp(join(tmpdir(), 'cantus-folders-'))))
afterEach(() => rm(root, { recursive: true, force: true }))

async function put(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(join(root, path, '..'), { recursive: true })
    await writeFile(join(root, path), path)
  }
}
const folder = (name: string) => ({ folder: join(root, name), label: name, licence: 'own', style: null })

describe('listFolders', () => {
  it('finds every score below a folder, sorted by path, with its size', async () => {
    await put('m/z.mid', 'm/a/b.MIDI', 'm/a/c.kar', 'm/tune.abc', 'm/readme.txt', 'm/.hidden.mid', 'm/._z.mid', 'm/mid')
    const files = await listFolders([folder('m')], silentReporter)
    expect(files.map(({ path }) => path)).toEqual(['m/a/b.MIDI', 'm/a/c.kar', 'm/tune.abc', 'm/z.mid'])
    expect(files[2]).toMatchObject({
      format: 'abc',
      source: 'm',
      licence: 'own',
      style: null,
      bytes: 10,
      failure: null,
    })
  })

  it('does not follow links, and says so', async () => {
    await put('m/a.mid', 'outside/b.mid')
    await symlink(join(root, 'outside'), join(root, 'm', 'out'))
    await symlink(join(root, 'm'), join(root, 'm', 'circle'))
    await symlink(join(root, 'outside', 'b.mid'), join(root, 'm', 'b.mid'))
    const lines: string[] = []
    const files = await listFolders([folder('m')], { ...silentReporter, line: (line) => lines.push(line) })
    expect(files.map(({ path }) => path)).toEqual(['m/a.mid'])
    expect(lines).toEqual([`${join(root, 'm')}: 3 symbolic links not followed`])
  })

  it('says what it does not read, by ending, and passes over files about a collection', async () => {
    await put('m/a.mid', 'm/b.rmi', 'm/c.SMF', 'm/d.mid.gz', 'm/in/e.krn', 'm/in/f.krn', 'm/g.tar.gz', 'm/noend')
    await put('m/README', 'm/MANIFEST.tsv', 'm/notes.txt', 'm/.hidden')
    const lines: string[] = []
    const files = await listFolders([folder('m')], { ...silentReporter, line: (line) => lines.push(line) })
    expect(files.map(({ path, format }) => [path, format])).toEqual([
      ['m/a.mid', 'midi'],
      ['m/b.rmi', 'midi'],
      ['m/c.SMF', 'midi'],
    ])
    const named = '2 .krn, 1 .mid.gz, 1 .tar.gz, 1 no ending'
    expect(lines).toEqual([
      `${join(root, 'm')}: 5 files not read (${named}): unpack archives first; scores must be MIDI, ABC, MusicXML or NoteSequence`,
    ])
  })

  it('reads files whose names are not UTF-8, each by itself', async () => {
    await put('m/a.mid')
    const place = (name: string): Buffer => Buffer.concat([Buffer.from(`${root}/m/`), Buffer.from(name, 'latin1')])
    await mkdir(place('Stra\xdfe'))
    for (const name of ['bad\xff1.mid', 'bad\xfe1.mid', 'Stra\xdfe/c.mid']) await writeFile(place(name), name)
    const files = await listFolders([folder('m')], silentReporter)
    expect(files.map(({ path, failure }) => [path, failure])).toEqual([
      ['m/Stra\\xdfe/c.mid', null],
      ['m/a.mid', null],
      ['m/bad\\xfe1.mid', null],
      ['m/bad\\xff1.mid', null],
    ])
    const units = await scanCorpus(files, {
      reporter: silentReporter,
      signal: new AbortController().signal,
      now: () => 0,
    })
    expect(units.map(({ failure }) => failure)).toEqual([null, null, null, null])
    expect(new Set(units.map(({ sha256 }) => sha256)).size).toBe(4)
  })

  it('takes one score as a corpus', async () => {
    await put('file.mid')
    expect(await listFolders([folder('file.mid')], silentReporter)).toMatchObject([
      { path: 'file.mid/file.mid', location: join(await realpath(root), 'file.mid'), format: 'midi' },
    ])
  })

  it.each([
    ['nowhere', /nowhere does not exist/],
    ['empty', /no MIDI, ABC, MusicXML or NoteSequence file below .*empty/],
    ['file.txt', /file\.txt is not a score: name a folder of scores, a MIDI, ABC,/],
  ])('names what is wrong with %s', async (name, message) => {
    await put('file.txt')
    await mkdir(join(root, 'empty'))
    const failure = listFolders([folder(name)], silentReporter)
    await expect(failure).rejects.toThrow(CorpusFolderError)
    await expect(failure).rejects.toThrow(message)
  })
})

describe('listCorpus', () => {
  const effects = { reporter: silentReporter, signal: new AbortController().signal, now: () => 0 }

  it('counts a file in a corpus and a style folder once, as style', async () => {
    await put('music/a.mid', 'music/jazz/b.mid')
    const request = { corpus: [join(root, 'music')], style: [join(root, 'music', 'jazz')] }
    const files = await listCorpus(request, { data: root }, effects)
    expect(files.map(({ path, style }) => [path, style])).toEqual([
      ['jazz/b.mid', 'jazz'],
      ['music/a.mid', null],
    ])
  })

  it('reports a wrong style folder before it fetches anything', async () => {
    const failure = listCorpus({ corpus: [], style: [join(root, 'nowhere')] }, { data: root }, effects)
    await expect(failure).rejects.toThrow(/nowhere does not exist/)
  })
})

describe('labelled', () => {
  it('keeps folders of one name apart, and takes a folder named twice once', () => {
    const labels = labelled(['/a/jazz', '/b/jazz', '/a/jazz', '/c/airdsAirs'], ['airdsAirs']).map(({ label }) => label)
    expect(labels).toEqual(['jazz', 'jazz-2', 'airdsAirs-2'])
  })
})

describe('scoreFormat', () => {
  it.each([
    ['a.mid', 'midi'],
    ['A.KAR', 'midi'],
    ['a.b.abc', 'abc'],
    ['A.SMF', 'midi'],
    ['a.rmi', 'midi'],
    ['.mid', null],
    ['abc', null],
    ['a.mid.gz', null],
  ])('%s is %s', (name, format) => expect(scoreFormat(name)).toBe(format))
})
