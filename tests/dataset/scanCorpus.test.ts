import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CorpusFile } from '../../src/corpus/listFolders.ts'
import { failureOf, inParts, scanCorpus, tunePaths } from '../../src/dataset/scanCorpus.ts'
import { silentReporter } from '../../src/support/progress.ts'

const effects = { reporter: silentReporter, signal: new AbortController().signal, now: () => 0 }
const file = (change: Partial<CorpusFile>): CorpusFile => ({
  ...{ path: 'm/a.mid', location: '/nowhere/a.mid', format: 'midi', source: 'm', licence: '', style: null },
  ...{ bytes: 1, failure: null, ...change },
})

describe('tunePaths', () => {
  it('names the tunes of a book by their X: fields, each differently', () => {
    expect(tunePaths('b.abc', ['1', '0002', '2', '2', '', '2'])).toEqual([
      'b.abc#1',
      'b.abc#0002',
      'b.abc#2',
      'b.abc#2.2',
      'b.abc#5',
      'b.abc#2.3',
    ])
  })

  it('leaves a single tune the name of its file', () => expect(tunePaths('b.abc', ['7'])).toEqual(['b.abc']))

  it('cannot be made to name two tunes the same', () => {
    const paths = tunePaths('b.abc', ['2', '2', '2.2', '2-2', '3', ''])
    expect(new Set(paths).size).toBe(paths.length)
  })

  it('takes a book of one repeated number in its stride', () => {
    expect(new Set(tunePaths('b.abc', Array<string>(100_000).fill('1'))).size).toBe(100_000)
  })
})

describe('inParts', () => {
  const sizes = (bytes: readonly number[]): number[][] =>
    [...inParts(bytes.map((each) => ({ bytes: each })))].map((part) => part.map((each) => each.bytes))

  it('reads no more bytes at a time than memory has room for, and no more files than may be open', () => {
    const mega = 2 ** 20
    const large = [60, 60, 1, 1, 63, 64, 70, 3].map((size) => size * mega)
    expect(sizes(large).map((part) => part.map((bytes) => bytes / mega))).toEqual([
      [60],
      [60, 1, 1],
      [63],
      [64, 70],
      [3],
    ])
    expect(sizes(new Array<number>(70).fill(9)).map((part) => part.length)).toEqual([32, 32, 6])
    expect(sizes([])).toEqual([])
  })
})

describe('scanCorpus', () => {
  it('keeps of a title, a mode and a number what a table shows', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cantus-scan-'))
    const long = 'x'.repeat(100_000)
    const location = join(folder, 'a.abc')
    await writeFile(location, `X:${long}\nT:${long}\nK:C\nC\n\nX:2\nT:b\nK:C\nC\n`)
    const [first, second] = await scanCorpus([file({ path: 'm/a.abc', location, format: 'abc', title: long })], effects)
    expect(first).toMatchObject({ path: `m/a.abc#${'x'.repeat(200)}`, title: 'x'.repeat(200), mode: 'major' })
    expect(second).toMatchObject({ path: 'm/a.abc#2', title: 'b' })
    await rm(folder, { recursive: true })
  })

  it('gives a reason for what vanished, could not be opened or is too large', async () => {
    const files = [
      file({}),
      file({ failure: 'SystemError: EACCES' }),
      file({ bytes: 2 ** 27 }), // not opened at all
    ]
    const units = await scanCorpus(files, effects)
    expect(units.map(({ failure }) => failure)).toEqual([
      'SystemError: ENOENT',
      'SystemError: EACCES',
      'limit-size: 134217728 bytes, more than 67108864',
    ])
  })

  it('reads Latin-1 titles, which old tunebooks have', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cantus-scan-'))
    try {
      const location = join(folder, 'a.abc')
      const handle = await open(location, 'w')
      await handle.writeFile(Buffer.from('X:1\nT:Gl\xe4d\nK:Ddor\nDEFG|\n', 'latin1'))
      await handle.close()
      const [unit] = await scanCorpus([file({ path: 'm/a.abc', location, format: 'abc' })], effects)
      expect(unit).toMatchObject({ path: 'm/a.abc', title: 'Gläd', mode: 'dorian', failure: null })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})

describe('failureOf', () => {
  it('is one line', () => {
    expect(failureOf(new RangeError('a\n  b'))).toBe('RangeError: a b')
    expect(failureOf(new Error('x'.repeat(1000)))).toHaveLength(200)
  })
})
