import { createServer, type Server } from 'node:http'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { zipSync } from 'fflate'
import { pack } from 'tar-stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fetchSources } from '../../src/corpus/fetchSources.ts'
import { listCorpus, sourceNames } from '../../src/corpus/corpus.ts'
import { declarations, type Declarations } from '../../src/corpus/declared.ts'
import { listSources } from '../../src/corpus/listSources.ts'
import type { SharedArchive, SharedSource } from '../../src/corpus/sources.ts'
import { sha256 } from '../../src/support/files.ts'
import { silentReporter } from '../../src/support/progress.ts'

const effects = { reporter: silentReporter, signal: new AbortController().signal, now: () => Date.now() }
const text = (content: string): Uint8Array => new TextEncoder().encode(content)

let root = ''
let folders = { data: '', shared: '' }
let server: Server
/** How often the server was asked. */
let asked = 0
let declared: Declarations

async function tgz(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const packed = pack({})
  for (const [name, content] of Object.entries(files)) packed.entry({ name }, Buffer.from(content))
  packed.finalize()
  const chunks: Uint8Array[] = []
  for await (const chunk of packed as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return gzipSync(Buffer.concat(chunks))
}

async function sharedArchive(name: string, files: Readonly<Record<string, string>>): Promise<SharedArchive> {
  const bytes = await tgz(files)
  await writeFile(join(folders.shared, `${name}.tar.gz`), bytes)
  return { name, archive: `${name}.tar.gz`, bytes: bytes.length, sha256: sha256(bytes), collections: [] }
}

const sharedSource = (name: string, archives: string[], takes: SharedSource['takes']): SharedSource => {
  return { name, title: name, archives, files: 1, licence: 'by collection', terms: 'none', takes }
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cantus-sources-'))
  folders = { data: join(root, 'data'), shared: join(root, 'shared') }
  await mkdir(folders.shared)
  asked = 0
  const zip = zipSync({ 'v3/2004/a.midi': text('MThd'), 'v3/notes.pdf': text('%') })
  server = createServer((_request, response) => {
    asked++
    response.writeHead(200, { 'content-length': zip.length }).end(zip)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v3.zip`
  const whole = { address, archive: 'v3.zip', bytes: zip.length, sha256: sha256(zip), files: 1, licence: 'CC BY-NC' }
  declared = {
    ...declarations,
    downloads: [{ ...whole, name: 'piano', title: 'Piano', home: address, terms: 'not for commerce' }],
    sharedArchives: [
      await sharedArchive('general', {
        'MANIFEST.tsv':
          'path\tlicence\ttitle\ngeneral/airs/a.mid\tCC0\tAir\nstyle/film-ghibli/any__sky-2.mid\tnone\tSky\n',
        'STYLE530.tsv': 'path\tlabel\ngeneral/airs/b.mid\tmodal-folk\nstyle/film-ghibli/any__sky-2.mid\tfilm\n',
        'general/airs/a.mid': 'a',
        'general/airs/b.mid': 'b',
        'primers/p.mid': 'p',
      }),
      await sharedArchive('style', { 'style/film-ghibli/any__sky-2.mid': 's', 'style/film-ghibli/any__sky.mid': 't' }),
    ],
    shared: [
      sharedSource('airs', ['general'], (path) => path.startsWith('general/')),
      sharedSource('chosen', ['general', 'style'], (_path, label) => label !== null),
    ],
  }
})
afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await rm(root, { recursive: true, force: true })
})

const list = (corpus: string[], style: string[] = []) => listCorpus({ corpus, style }, folders, effects, declared)

describe('listCorpus', () => {
  it('knows the files of a shared archive by its manifest: title, licence, style, the piece they are takes of', async () => {
    const files = await list(['airs', 'chosen'])
    expect(files.map(({ path }) => path)).toEqual([
      'general/airs/a.mid',
      'general/airs/b.mid',
      'style/film-ghibli/any__sky-2.mid',
    ])
    expect(files[0]).toMatchObject({ source: 'airs', title: 'Air', licence: 'CC0', style: null, tuneId: null })
    expect(files[1]).toMatchObject({ style: 'modal-folk' })
    expect(files[2]).toMatchObject({ source: 'film-ghibli', style: 'film', title: 'Sky', tuneId: 'ghibli:sky' })
  })

  it('gives a file without a style of its own that of the name it was asked for by', async () => {
    expect((await list(['chosen'], ['airs'])).map(({ style }) => style)).toEqual(['airs', 'modal-folk', 'film'])
  })

  it('downloads a declared source once, with its licence', async () => {
    const files = await list(['piano'])
    expect(files).toMatchObject([{ path: 'piano/v3/2004/a.midi', source: 'piano', licence: 'CC BY-NC', style: null }])
    expect(await list(['piano'])).toEqual(files)
    expect(asked).toBe(1)
  })

  it('takes a local archive for a folder, labelled without its ending', async () => {
    const archive = join(root, 'jazz.tar.gz')
    await writeFile(archive, await tgz({ 'MANIFEST.tsv': 'path\ttitle\nsolo.mid\tBlue\n', 'solo.mid': 'x' }))
    expect(await list([archive])).toMatchObject([{ path: 'jazz/solo.mid', source: 'jazz', title: 'Blue' }])
  })

  it('takes a path for a folder even where a source has that name', async () => {
    await mkdir(join(root, 'piano'))
    await writeFile(join(root, 'piano', 'mine.mid'), '')
    expect(await list([join(root, 'piano')])).toMatchObject([{ path: 'piano-2/mine.mid', source: 'piano-2' }])
  })

  it('reports a wrong path before anything is fetched', async () => {
    await expect(list(['piano', join(root, 'nowhere')])).rejects.toThrow(/nowhere does not exist: check the path/)
    expect(asked).toBe(0)
  })

  it('says where shared archives are looked for, and refuses one with another sum', async () => {
    await writeFile(join(folders.shared, 'style.tar.gz'), 'other')
    await expect(list(['chosen'])).rejects.toThrow(/style\.tar\.gz has sha256 .*, not the declared/)
    await rm(join(folders.shared, 'general.tar.gz'))
    await expect(listCorpus({ corpus: ['airs'], style: [] }, { ...folders, data: join(root, 'new') }, effects, declared))
      .rejects.toThrow(/there is no .*general\.tar\.gz: .* Set CANTUS_SHARED/) // prettier-ignore
  })
})

describe('listSources', () => {
  const states = async () => {
    const sources = await listSources(folders, declared)
    return Object.fromEntries(sources.map(({ name, state }) => [name, state]))
  }

  it('says what is on this machine, before and after', async () => {
    const none = { music21: 'not fetched', piano: 'not fetched', airs: 'fetched', chosen: 'fetched' }
    expect(await states()).toEqual(none)
    await mkdir(join(folders.data, 'raw'), { recursive: true })
    await writeFile(join(folders.data, 'raw', 'v3.zip.part'), 'half')
    expect(await states()).toEqual({ ...none, piano: 'partly fetched' })
    await rm(join(folders.data, 'raw', 'v3.zip.part'))
    await list(['piano', 'airs'])
    await rm(join(folders.shared, 'style.tar.gz'))
    expect(await states()).toEqual({ ...none, piano: 'unpacked', airs: 'unpacked', chosen: 'not reachable' })
  })
})

describe('fetchSources', () => {
  it('gives the folders, and refuses an unknown name before it fetches anything', async () => {
    await expect(fetchSources({ folders, names: ['piano', 'lakh'] }, effects, declared)).rejects.toThrow(
      `unknown source lakh: choose one of ${sourceNames(declared).join(', ')}`,
    )
    expect(asked).toBe(0)
    const found = await fetchSources({ folders, names: ['piano', 'airs', 'chosen'] }, effects, declared)
    expect(found.map((path) => path.slice(folders.data.length))).toEqual([
      '/raw/piano',
      '/raw/shared/general',
      '/raw/shared/style',
    ])
  })
})
