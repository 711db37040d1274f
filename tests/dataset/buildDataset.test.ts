import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildCorpus, buildDataset, buildShard, mergeCorpus } from '../../src/dataset/buildDataset.ts'
import { catalogue, queryDataset } from '../../src/dataset/catalogue.ts'
import { defaultConversion } from '../../src/dataset/convertAll.ts'
import { withDuckDB } from '../../src/dataset/parquet.ts'
import { DEFAULT_EXTRACTION } from '../../src/dataset/scoreToMelodies.ts'
import { loadDataset } from '../../src/dataset/storedDataset.ts'
import { InterruptedError } from '../../src/support/errors.ts'
import { silentReporter } from '../../src/support/progress.ts'

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
  const split = { validation: 0, test: change.ratio ?? 0.5 }
  return buildDataset(request(), DEFAULT_EXTRACTION, split, folders, all, options)
}

const builtFolder = async (data = 'data'): Promise<string> => {
  const [key] = await readdir(join(root, data, 'built'))
  return join(root, data, 'built', key!)
}

describe('buildDataset', () => {
  it('makes a row of every file and tune, with its melodies and its reasons', async () => {
    await writeFile(join(corpus, 'book.abc'), [tune(1), tune(2, 'Ador'), tune(3, 'C', 4)].join('\n'))
    await writeFile(join(corpus, 'sub', 'one.abc'), tune(4, 'Em'))
    await writeFile(join(corpus, 'broken.mid'), 'this is not MIDI')
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
    await writeFile(join(corpus, 'broken.mid'), 'this is not MIDI')
    await build()
    const counts = await catalogue(await builtFolder())
    expect(counts).toMatchObject({
      files: 4,
      readable: 3,
      withMelodies: 2,
      kept: 2,
      melodies: { total: 2 },
      families: 4,
      modes: { major: 3 },
    })
    expect(counts.dropped).toEqual({ 'too-short': 1, 'unreadable: MidiConversionError': 1 })
    expect(counts.sources).toEqual([
      { corpus: 'music', source: 'music', style: null, files: 4, readable: 3, withMelodies: 2, melodies: 2, kept: 2 },
    ])
  })

  it('answers SQL with plain values, and says what it does not understand', async () => {
    await writeFile(join(corpus, 'book.abc'), [tune(1), tune(2)].join('\n'))
    await build()
    const folder = await builtFolder()
    const sql = `SELECT f.path, sum(len(events)) AS steps, list(instrument) AS instruments, NULL AS nothing
      FROM melodies m JOIN files f ON m.file = f.path GROUP BY f.path ORDER BY f.path LIMIT 1`
    expect(await queryDataset(folder, sql)).toEqual([
      { path: 'music/book.abc#1', steps: expect.any(Number) as number, instruments: '[0]', nothing: null },
    ])
    await expect(queryDataset(folder, 'SELECT tempo FROM files')).rejects.toThrow(/^this SQL does not run: .*tempo/)
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

  it('is the same when rebuilt, read back, and after its stored folder was damaged', async () => {
    await writeFile(join(corpus, 'book.abc'), [1, 2, 3, 4, 5].map((n) => tune(n)).join('\n'))
    const built = await build()
    expect(await build()).toEqual(built)
    expect(await build({ data: 'elsewhere' })).toEqual(built)
    const folder = await builtFolder()
    expect((await readdir(folder)).sort()).toEqual(['dataset.json', 'files.parquet', 'melodies.parquet'])
    const whole = await readFile(join(folder, 'melodies.parquet'))
    await truncate(join(folder, 'melodies.parquet'), 100)
    expect(await build()).toEqual(built)
    expect((await readFile(join(folder, 'melodies.parquet'))).equals(whole)).toBe(true)
  })

  it('resumes where it was stopped: no score is lost, doubled or read again', async () => {
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
      { validation: 0, test: 0.5 },
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

describe('damage on the disk', () => {
  beforeEach(async () => {
    for (let n = 0; n < 10; n++) await writeFile(join(corpus, `${n}.abc`), tune(n))
  })

  /** Builds again from the conversions alone, after `damage` to their log; what it said, and how many it converted. */
  async function rebuilt(
    damage: (log: string) => string | Buffer,
  ): Promise<{ same: boolean; said: string[]; read: number }> {
    const before = await build()
    const cache = join(root, 'data', 'cache', (await readdir(join(root, 'data', 'cache')))[0]!)
    const [name] = await readdir(cache)
    const log = join(cache, name!)
    await writeFile(log, damage(await readFile(log, 'latin1')), 'latin1')
    await rm(join(root, 'data', 'built'), { recursive: true })
    const said: string[] = []
    let read = 0
    const reporter = {
      line: (text: string) => void said.push(text),
      bar: (title: string) => ({ update: () => void (title === 'Reading scores' && read++), stop: () => undefined }),
    }
    const options = { ...defaultConversion, threads: 0 }
    const build2 = () =>
      buildDataset(
        ...([request(), DEFAULT_EXTRACTION, { validation: 0, test: 0.5 }, { data: join(root, 'data') }] as const),
        { ...effects, reporter },
        options,
      )
    const after = await build2()
    const [first, second] = [said.length, read]
    await rm(join(root, 'data', 'built'), { recursive: true })
    await build2() // what was converted again is not reported again
    expect([said.length, read]).toEqual([first, second])
    return { same: JSON.stringify(before) === JSON.stringify(after), said, read }
  }

  it('of a digit in the log of conversions is found: that score is converted again, with a word', async () => {
    const { same, said, read } = await rebuilt((log) => log.replace(/"events":\[60,/, '"events":[61,'))
    expect(same).toBe(true)
    expect(read).toBe(1)
    expect(said).toEqual([
      expect.stringMatching(/conversions-\w+\/.*\.log: 1 damaged line; what they held is converted again/),
    ])
  })

  it.each([
    ['the length of a line', (log: string) => log.replace(/^(\w+ \w+) \d+/, '$1 7'), 1],
    ['a malformed line', (log: string) => log.replace(/^.*$/m, 'nothing'), 1],
    ['the end of a line', (log: string) => log.replace('\n', ' '), 2],
    ['a half of the log', (log: string) => log.slice(0, log.length / 2).replace(/[^\n]*$/, ''), 5],
    ['the log from its first byte on', (log: string) => `\u0000\u0000${log.slice(2)}`, 1],
    ['everything', () => 'null\n', 10],
  ])('of %s costs what it held, and no more', async (_, damage, lost) => {
    const { same, read } = await rebuilt(damage)
    expect(same).toBe(true)
    expect(read).toBeGreaterThanOrEqual(1)
    expect(read).toBeLessThanOrEqual(lost + 1)
  })

  it.each(['{}', 'null', '5', '[]', '"x"', '', '{"hash":"0"}'])(
    'that leaves dataset.json as %s mends itself',
    async (text) => {
      const built = await build()
      const path = join(await builtFolder(), 'dataset.json')
      const whole = await readFile(path, 'utf8')
      await writeFile(path, text)
      expect(await build()).toEqual(built)
      expect(await readFile(path, 'utf8')).toBe(whole)
    },
  )

  it('of any character of dataset.json mends itself', async () => {
    const built = await build()
    const path = join(await builtFolder(), 'dataset.json')
    const whole = await readFile(path, 'utf8')
    for (const at of [9, 30, whole.indexOf('"files":') + 8, whole.indexOf('"melodies":') + 11, whole.length - 10]) {
      await writeFile(path, whole.slice(0, at) + (whole[at] === '1' ? '2' : '1') + whole.slice(at + 1))
      expect(await build()).toEqual(built)
      expect(await readFile(path, 'utf8'), `character ${at}`).toBe(whole)
    }
  })
})

describe('shards', () => {
  const parts = ['files.parquet', 'melodies.parquet', 'dataset.json']
  const bytesOf = async (folder: string) => Promise.all(parts.map((name) => readFile(join(folder, name), 'base64')))
  const split = { validation: 0.2, test: 0.2 }
  const job = (data: string) => ({
    ...{ request: request(), extraction: DEFAULT_EXTRACTION, split, folders: { data: join(root, data) } },
  })
  const options = { ...defaultConversion, threads: 0 }
  const shard = (index: number, of: number, data: string) => buildShard(job(data), { index, of }, effects, options)

  beforeEach(async () => {
    for (let n = 0; n < 10; n++) await writeFile(join(corpus, `${n}.abc`), tune(n))
    await writeFile(join(corpus, 'book.abc'), [11, 12, 13].map((n) => tune(n)).join('\n'))
    await writeFile(join(corpus, 'broken.mid'), 'this is not MIDI')
  })

  it('in any order, merged, are the bytes of one build', async () => {
    const one = await buildCorpus(job('one'), effects, options)
    expect(one).toMatchObject({ files: 14, melodies: 13 })
    const scores = [await shard(3, 3, 'sharded'), await shard(1, 3, 'sharded'), await shard(2, 3, 'sharded')]
    expect(scores.reduce((sum, n) => sum + n, 0)).toBe(14)
    const merged = await mergeCorpus(job('sharded'), effects, options)
    expect(merged.hash).toBe(one.hash)
    expect(await bytesOf(merged.folder)).toEqual(await bytesOf(one.folder))
  })

  it('converts each score once, in the shard it lies in', async () => {
    for (const index of [1, 2]) await shard(index, 2, 'data')
    await mergeCorpus(job('data'), effects, options)
    const cache = join(root, 'data', 'cache', (await readdir(join(root, 'data', 'cache')))[0]!)
    const logs = (await readdir(cache)).filter((name) => name.endsWith('.log'))
    const lines = await Promise.all(logs.map(async (name) => (await readFile(join(cache, name), 'utf8')).split('\n')))
    const contents = lines
      .flat()
      .filter((line) => line !== '')
      .map((line) => line.slice(0, 64))
    expect(contents).toHaveLength(14)
    expect(new Set(contents).size).toBe(14)
  })

  it('are not merged while one is missing', async () => {
    await expect(mergeCorpus(job('data'), effects, options)).rejects.toThrow(
      /^14 scores \(first: music\/0\.abc\) were converted by no shard: run every "cantus corpus build --shard i\/n"/,
    )
    await shard(1, 3, 'data')
    await expect(mergeCorpus(job('data'), effects, options)).rejects.toThrow(
      /--shard i\/3" for i = 2, 3 with this data/,
    )
    await shard(3, 3, 'data')
    await expect(mergeCorpus(job('data'), effects, options)).rejects.toThrow(
      /^6 scores \(first: music\/1\.abc\) were converted by no shard: run "cantus corpus build --shard 2\/3" with/,
    )
    await shard(1, 2, 'data') // another division, which lacks a larger part
    await expect(mergeCorpus(job('data'), effects, options)).rejects.toThrow(/--shard 2\/3" with/)
  })

  it('keeps the reason of a score that a limit cut short, and tries it again when merging', async () => {
    const workerFile = fileURLToPath(new URL('../fixtures/workers/misbehaving.mjs', import.meta.url))
    await writeFile(join(corpus, 'broken.mid'), '')
    const failing = { ...defaultConversion, threads: 1, workerFile, timeLimitMs: 10_000, memoryLimitMb: 64 }
    const only = { ...job('data'), request: { corpus: [join(root, 'bad')], style: [] } }
    await mkdir(join(root, 'bad'))
    await writeFile(join(root, 'bad', 'a.abc'), 'X:1\nK:C\nC\n% throw')
    await buildShard(only, { index: 1, of: 1 }, effects, failing)
    await shard(1, 1, 'data') // of another corpus: its note must not take the place of the first
    const { folder } = await mergeCorpus(only, effects, failing)
    const reason = 'unreadable: worker-died: out of range'
    expect((await loadDataset(folder))!.files.map(({ dropped }) => dropped)).toEqual([[{ instrument: null, reason }]])
  })
})

describe('the Parquet files', () => {
  const shape = { reporter: silentReporter, signal: effects.signal, now: () => 1 }

  it('answer SQL: columns, outcomes and events as declared', async () => {
    await writeFile(join(corpus, 'a.abc'), tune(1))
    await writeFile(join(corpus, 'b.abc'), tune(2, 'C', 4))
    await writeFile(join(corpus, 'c.mid'), 'this is not MIDI')
    await cp(join(midi, 'drums_and_melody.mid'), join(corpus, 'd.mid'))
    await build()
    const folder = await builtFolder()
    const query = async (sql: string): Promise<unknown[][]> => {
      return withDuckDB(async (connection) => (await connection.runAndReadAll(sql)).getRowsJson())
    }
    const files = `'${join(folder, 'files.parquet')}'`
    const melodies = `'${join(folder, 'melodies.parquet')}'`
    expect(await query(`SELECT path, bytes, tracks, outcome, reason, melodies FROM ${files}`)).toEqual([
      ['music/a.abc', String(tune(1).length), 1, 'melodies', null, 1],
      ['music/b.abc', String(tune(2, 'C', 4).length), 1, 'no-melodies', 'too-short', 0],
      ['music/c.mid', '16', 0, 'unreadable', expect.stringMatching(/^unreadable: MidiConversionError: /), 0],
      ['music/d.mid', expect.any(String), 2, 'melodies', null, 1],
    ])
    const first = `SELECT id, file, instrument, start, steps_per_bar, events[:4]::VARCHAR, length(canonical_hash), family`
    expect((await query(`${first} FROM ${melodies}`))[0]).toEqual([
      ...['music/a.abc/0', 'music/a.abc', 0, 0, 16, '[60, -2, 62, -2]', '64', 'music/a.abc'],
    ])
    const odd = `SELECT count(*) FROM ${melodies} m JOIN ${files} f ON f.path = m.file WHERE f.split <> m.split`
    expect(await query(odd)).toEqual([['0']])
  })

  it('count copies in another key once', async () => {
    await writeFile(join(corpus, 'a.abc'), tune(1))
    await writeFile(join(corpus, 'b.abc'), inD(tune(1)))
    await buildDataset(request(), DEFAULT_EXTRACTION, { validation: 0, test: 0 }, { data: join(root, 'data') }, shape)
    const counts = await catalogue(await builtFolder())
    expect(counts).toMatchObject({ melodies: { total: 2, train: 2, validation: 0, test: 0 }, kept: 1, families: 1 })
  })

  it('take a hostile name and a title with odd characters', async () => {
    await writeFile(join(corpus, 'it\'s "odd".abc'), tune(1).replace('Tune 1', "O'Neill\u0001 \u00e4 \ud83c\udfb5"))
    const { files } = await build()
    expect(files[0]).toMatchObject({ path: `music/it's "odd".abc`, melodies: 1 })
    expect(await build()).toMatchObject({ files })
  })
})
