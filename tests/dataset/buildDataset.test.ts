import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildDataset } from '../../src/dataset/buildDataset.js'
import { catalogue } from '../../src/dataset/catalogue.js'
import { defaultConversion } from '../../src/dataset/convertAll.js'
import { DEFAULT_EXTRACTION } from '../../src/dataset/scoreToMelodies.js'
import { InterruptedError } from '../../src/support/errors.js'
import { silentReporter } from '../../src/support/progress.js'

const scale = 'CDEF GABc|'
const tune = (n: number, key = 'C', bars = 8): string => {
  // Eight bars of eighths; the n-th bar differs, so that no two tunes are the same.
  const lines = Array.from({ length: bars }, (_, bar) =>
    bar === n % bars ? `G${'ABcd'[n % 4]}EF GAB${'cdef'[n % 3]}|` : scale,
  )
  return `X:${n}\nT:Tune ${n}\nM:4/4\nL:1/8\nK:${key}\n${lines.join('')}\n`
}
/** A tune in C major written a whole step higher, in D. */
const inD = (abc: string): string => {
  const music = abc.lastIndexOf('K:C\n') + 4
  const higher = abc.slice(music).replace(/[A-Ga-g]/g, (note) => 'DEFGABcdefgab'['CDEFGABcdefga'.indexOf(note)]!)
  return `${abc.slice(0, music - 2)}D\n${higher}`
}
const midi = fileURLToPath(new URL('../goldens/data/midi/synth', import.meta.url))
const effects = { reporter: silentReporter, signal: new AbortController().signal, now: () => 1 }

let root = ''
let corpus = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cantus-build-'))
  corpus = join(root, 'music')
  await mkdir(join(corpus, 'sub'), { recursive: true })
})
afterEach(() => rm(root, { recursive: true, force: true }))

const request = (style: string[] = []) => ({ corpus: [corpus], style })
const build = (change: { ratio?: number; data?: string; signal?: AbortSignal; threads?: number } = {}) => {
  const folders = { data: join(root, change.data ?? 'data') }
  const all = { ...effects, ...(change.signal ? { signal: change.signal } : {}) }
  const options = { ...defaultConversion, threads: change.threads ?? 0 }
  return buildDataset(request(), DEFAULT_EXTRACTION, change.ratio ?? 0.5, folders, all, options)
}

describe('buildDataset', () => {
  it('makes a row of every file and tune, with its melodies and its reasons', async () => {
    await writeFile(join(corpus, 'book.abc'), [tune(1), tune(2, 'Ador'), tune(3, 'C', 4)].join('\n'))
    await writeFile(join(corpus, 'sub', 'one.abc'), tune(4, 'Em'))
    await writeFile(join(corpus, 'broken.mid'), 'this is no MIDI')
    await writeFile(join(corpus, 'empty.mid'), '')
    await writeFile(join(corpus, 'empty.abc'), '')
    await cp(join(midi, 'drums_and_melody.mid'), join(corpus, 'drums.mid'))
    const { files, melodies } = await build()
    const rows = files.map(({ path, title, mode, melodies, dropped }) => [
      path,
      title,
      mode,
      melodies,
      dropped[0]?.reason,
    ])
    expect(rows.map(([path, title, mode, count]) => [path, title, mode, count])).toEqual([
      ['music/book.abc#1', 'Tune 1', 'major', 1],
      ['music/book.abc#2', 'Tune 2', 'dorian', 1],
      ['music/book.abc#3', 'Tune 3', 'major', 0],
      ['music/broken.mid', null, null, 0],
      ['music/drums.mid', null, null, 1],
      ['music/empty.abc', null, null, 0],
      ['music/empty.mid', null, null, 0],
      ['music/sub/one.abc', 'Tune 4', 'minor', 1],
    ])
    expect(rows.map((row) => row[4])).toEqual([
      undefined,
      undefined,
      'too-short',
      expect.stringMatching(/^unreadable: MidiConversionError: ./),
      'drums',
      'unreadable: AbcConversionError: no tune (no X: field) in the file',
      expect.stringMatching(/^unreadable: MidiConversionError: ./),
      undefined,
    ])
    const first = melodies[0]!
    expect(first).toMatchObject({ id: 'music/book.abc#1/0', path: 'music/book.abc#1', split: files[0]!.split })
    expect(first.events.slice(0, 8)).toEqual([60, -2, 62, -2, 64, -2, 65, -2]) // C D E F in eighths
  })

  it('counts files, melodies and reasons', async () => {
    await writeFile(join(corpus, 'book.abc'), [tune(1), tune(2), tune(3, 'C', 4)].join('\n'))
    await writeFile(join(corpus, 'broken.mid'), 'this is no MIDI')
    const counts = catalogue(await build())
    expect(counts).toMatchObject({
      files: 4,
      readable: 3,
      withMelodies: 2,
      melodies: { total: 2 },
      modes: { major: 3 },
    })
    expect(counts.dropped).toEqual({ 'too-short': 1, 'unreadable: MidiConversionError': 1 })
    expect(counts.sources).toEqual([
      { source: 'music', style: null, files: 4, readable: 3, withMelodies: 2, melodies: 2 },
    ])
  })

  it('keeps the same tune in another key on one side', async () => {
    const names = Array.from({ length: 12 }, (_, n) => n)
    for (const n of names) {
      await writeFile(join(corpus, `${n}.abc`), tune(n))
      await writeFile(join(corpus, `copy-${n}.abc`), tune(n))
      await writeFile(join(corpus, 'sub', `${n}.abc`), inD(tune(n)))
    }
    const { files } = await build()
    const row = new Map(files.map((file) => [file.path, file]))
    for (const n of names) {
      const [original, copy, higher] = ['', 'copy-', 'sub/'].map((prefix) => row.get(`music/${prefix}${n}.abc`)!)
      expect(higher!.sha256).not.toBe(original!.sha256)
      expect([copy!.split, higher!.split]).toEqual([original!.split, original!.split])
    }
    expect(new Set(files.map((file) => file.split))).toEqual(new Set(['train', 'test']))
  })

  it('is the same built anew, read back, and after its stored folder was damaged', async () => {
    await writeFile(join(corpus, 'book.abc'), [1, 2, 3, 4, 5].map((n) => tune(n)).join('\n'))
    const built = await build()
    expect(await build()).toEqual(built)
    expect(await build({ data: 'elsewhere' })).toEqual(built)
    const [key] = await readdir(join(root, 'data', 'built'))
    expect((await readdir(join(root, 'data', 'built', key!))).sort()).toEqual([
      'dataset.json',
      'drops.json',
      'files.jsonl',
      'melodies.jsonl',
    ])
    await truncate(join(root, 'data', 'built', key!, 'melodies.jsonl'), 100)
    expect(await build()).toEqual(built)
    expect(await readFile(join(root, 'data', 'built', key!, 'melodies.jsonl'), 'utf8')).toMatch(/\n$/)
  })

  it('goes on where it was stopped: no score is lost, doubled or read again', async () => {
    for (let n = 0; n < 10; n++) await writeFile(join(corpus, `${n}.abc`), tune(n))
    const controller = new AbortController()
    const reporter = {
      ...silentReporter,
      bar: (title: string) => ({
        update: (done: number) => void (title === 'Reading scores' && done === 4 && controller.abort()),
        stop: () => undefined,
      }),
    }
    const folders = { data: join(root, 'data') }
    const options = { ...defaultConversion, threads: 0 }
    const stopped = buildDataset(
      request(),
      DEFAULT_EXTRACTION,
      0.5,
      folders,
      { ...effects, reporter, signal: controller.signal },
      options,
    )
    await expect(stopped).rejects.toThrow(InterruptedError)
    const cache = join(root, 'data', 'cache', (await readdir(join(root, 'data', 'cache')))[0]!)
    const [log] = await readdir(cache)
    expect((await readFile(join(cache, log!), 'utf8')).trim().split('\n')).toHaveLength(4)
    await truncate(join(cache, log!), (await readFile(join(cache, log!))).length - 50) // a kill cut the last line
    const resumed = await build()
    expect(resumed).toEqual(await build({ data: 'fresh' }))
    expect(resumed.files).toHaveLength(10)
    const logs = await Promise.all((await readdir(cache)).map((name) => readFile(join(cache, name), 'utf8')))
    expect(logs.map((text) => text.trim().split('\n').length).sort()).toEqual([4, 7]) // 3 whole ones were not read again
  })
})
