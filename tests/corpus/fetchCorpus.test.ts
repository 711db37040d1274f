import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Download } from '../../src/corpus/downloadWithPip.ts'
import { CorpusFetchError, fetchCorpus, isFetched } from '../../src/corpus/fetchCorpus.ts'
import { embeddedSource, type WheelSource } from '../../src/corpus/sources.ts'
import { InterruptedError } from '../../src/support/errors.ts'
import { sha256 } from '../../src/support/files.ts'
import { silentReporter } from '../../src/support/progress.ts'

const text = (content: string): Uint8Array => new TextEncoder().encode(content)
const wheel = zipSync({
  'music/corpus/airs/book.abc': text('X:1\nK:C\nCDEF|'),
  'music/corpus/reels/one.abc': text('X:1\nK:G\nGABc|'),
  'music/corpus/private/secret.abc': text('X:1\nK:D\n'),
  'music/corpus/airs/../../../outside.abc': text('X:1\n'),
  'music/__init__.py': text(''),
})
const collection = { title: '', tunes: 1, licence: 'public domain', style: null }
const source: WheelSource = {
  name: 'music',
  title: 'Two books',
  requirement: 'music==1.0',
  wheel: 'music-1.0-py3-none-any.whl',
  bytes: wheel.length,
  sha256: sha256(wheel),
  insideWheel: 'music/corpus',
  terms: '',
  collections: [
    { ...collection, folder: 'airs' },
    { ...collection, folder: 'reels' },
  ],
}
const arrives: Download = (_requirement, into) => writeFile(join(into, source.wheel), wheel)
const offline: Download = () => Promise.reject(new Error('no connection to the package registry'))
const effects = { reporter: silentReporter, signal: new AbortController().signal, now: () => Date.now() }

let data = ''
beforeEach(async () => (data = await mkdtemp(join(tmpdir(), 'cantus-fetch-'))))
afterEach(() => rm(data, { recursive: true, force: true }))

describe('fetchCorpus', () => {
  it('unpacks the declared collections and nothing else, and leaves no wheel or temporary file', async () => {
    const folder = await fetchCorpus({ data }, effects, source, arrives)
    expect(folder).toBe(join(data, 'raw', 'music'))
    expect((await readdir(folder)).sort()).toEqual(['airs', 'reels', 'stamp.json'])
    expect(await readFile(join(folder, 'reels', 'one.abc'), 'utf8')).toBe('X:1\nK:G\nGABc|')
    expect(await readdir(join(folder, 'airs'))).toEqual(['book.abc'])
    expect(await readdir(join(data, 'raw'))).toEqual(['music'])
    expect(await readdir(data)).toEqual(['raw'])
  })

  it('asks for nothing the second time', async () => {
    await fetchCorpus({ data }, effects, source, arrives)
    const download = vi.fn(arrives)
    await fetchCorpus({ data }, effects, source, download)
    expect(download).not.toHaveBeenCalled()
  })

  it('says in one line what to do without a network, and leaves nothing behind', async () => {
    const failure = fetchCorpus({ data }, effects, source, offline)
    await expect(failure).rejects.toThrow(CorpusFetchError)
    await expect(failure).rejects.toThrow(
      /^could not fetch music==1\.0: no connection.*cantus corpus fetch.*; or put .*pip download[^\n]*$/,
    )
    expect(await readdir(join(data, 'raw'))).toEqual([])
  })

  it('takes a wheel that a person put into data/raw, without a network', async () => {
    await mkdir(join(data, 'raw'))
    await writeFile(join(data, 'raw', source.wheel), wheel)
    expect(await isFetched(await fetchCorpus({ data }, effects, source, offline), source)).toBe(true)
  })

  it.each([
    ['another file', text('PK but not that wheel')],
    ['a truncated wheel', wheel.subarray(0, wheel.length - 10)],
  ])('refuses %s by its checksum', async (_name, bytes) => {
    const failure = fetchCorpus({ data }, effects, source, (_requirement, into) => {
      return writeFile(join(into, source.wheel), bytes)
    })
    await expect(failure).rejects.toThrow(/not the declared wheel: sha256 [0-9a-f]{64}/)
    expect(await readdir(join(data, 'raw'))).toEqual([])
  })

  it('repairs a folder that lost a file', async () => {
    const folder = await fetchCorpus({ data }, effects, source, arrives)
    await rm(join(folder, 'airs', 'book.abc'))
    expect(await isFetched(folder, source)).toBe(false)
    await fetchCorpus({ data }, effects, source, arrives)
    expect(await readdir(join(folder, 'airs'))).toEqual(['book.abc'])
  })

  it('sweeps what a killed fetch left, but not what another one is filling now', async () => {
    const [dead, alive] = ['.music-dead.tmp', '.music-alive.tmp'].map((name) => join(data, 'raw', name)) as [
      string,
      string,
    ]
    await mkdir(dead, { recursive: true })
    await mkdir(alive)
    await utimes(dead, 0, 0)
    await fetchCorpus({ data }, effects, source, arrives)
    expect((await readdir(join(data, 'raw'))).sort()).toEqual(['.music-alive.tmp', 'music'])
  })

  it('is interrupted, not failed, when the person stops it', async () => {
    const controller = new AbortController()
    const download: Download = () => {
      controller.abort()
      return Promise.reject(new Error('aborted'))
    }
    const failure = fetchCorpus({ data }, { ...effects, signal: controller.signal }, source, download)
    await expect(failure).rejects.toThrow(InterruptedError)
  })
})

describe('the embedded source', () => {
  it('declares 4,248 tunes and how to tell that they arrived whole', () => {
    expect(embeddedSource.collections.reduce((sum, { tunes }) => sum + tunes, 0)).toBe(4248)
    expect(embeddedSource.sha256).toMatch(/^[0-9a-f]{64}$/)
  })
})
