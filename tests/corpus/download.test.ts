import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { download, DownloadError } from '../../src/corpus/download.ts'
import { InterruptedError } from '../../src/support/errors.ts'
import { sha256 } from '../../src/support/files.ts'
import { silentReporter } from '../../src/support/progress.ts'

const content = Buffer.from(Array.from({ length: 100_000 }, (_, n) => (n * 31) % 251))
const effects = { reporter: silentReporter, signal: new AbortController().signal, now: () => Date.now() }
const patience = { stallMs: 150, tries: 3, pauseMs: 1 }

type Answer = (request: IncomingMessage, response: ServerResponse, start: number) => void

/** The whole file, or the range asked for, as a good server sends it. */
const good: Answer = (_request, response, start) => {
  const headers = { 'content-length': content.length - start }
  if (start > 0) response.writeHead(206, { ...headers, 'content-range': `bytes ${start}-99999/100000` })
  else response.writeHead(200, headers)
  response.end(content.subarray(start))
}
/** `bytes` of what was asked for, and then the line goes dead. */
const cutAfter =
  (bytes: number): Answer =>
  (_request, response, start) => {
    const headers = { 'content-length': content.length - start, 'content-range': `bytes ${start}-99999/100000` }
    response.writeHead(start > 0 ? 206 : 200, headers)
    response.write(content.subarray(start, start + bytes), () => setTimeout(() => response.destroy(), 10))
  }
/** As `cutAfter`, but the line stays open and silent. */
const stallAfter =
  (bytes: number): Answer =>
  (_request, response, start) => {
    const headers = { 'content-length': content.length - start, 'content-range': `bytes ${start}-99999/100000` }
    response.writeHead(start > 0 ? 206 : 200, headers)
    response.write(content.subarray(start, start + bytes))
  }
const status =
  (code: number): Answer =>
  (_request, response) =>
    response.writeHead(code).end()
const withoutRanges: Answer = (request, response) => good(request, response, 0)

let folder = ''
let path = ''
let stop: () => void = () => undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-download-'))
  path = join(folder, 'music.zip')
})
afterEach(async () => {
  stop()
  await rm(folder, { recursive: true, force: true })
})

/** A server that gives one answer after another, and the last one for ever; and what it was asked for. */
async function serve(...answers: Answer[]) {
  const ranges: (string | undefined)[] = []
  const server = createServer((request, response) => {
    ranges.push(request.headers.range)
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    answers[Math.min(ranges.length, answers.length) - 1]!(request, response, start)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stop = () => {
    server.closeAllConnections()
    server.close()
  }
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/music.zip`
  return { ranges, address, source: { address, bytes: content.length, sha256: sha256(content) } }
}

async function arrived(): Promise<void> {
  expect(await readdir(folder)).toEqual(['music.zip'])
  expect(sha256(await readFile(path))).toBe(sha256(content))
}

describe('download', () => {
  it('fetches the file, checks it and gives it its name', async () => {
    const { source, ranges } = await serve(good)
    await download(path, source, effects, patience)
    await arrived()
    expect(ranges).toEqual([undefined])
  })

  it('resumes after any number of cuts as long as bytes come', async () => {
    const { source, ranges } = await serve(...Array<Answer>(6).fill(cutAfter(10_000)), good)
    await download(path, source, effects, patience)
    await arrived()
    expect(ranges).toEqual([undefined, ...[1, 2, 3, 4, 5, 6].map((n) => `bytes=${n}0000-`)])
  })

  it('takes silence for a cut, before the first byte or amid the file', async () => {
    const { source, ranges } = await serve(() => undefined, stallAfter(30_000), good)
    await download(path, source, effects, patience)
    await arrived()
    expect(ranges).toEqual([undefined, undefined, 'bytes=30000-'])
  })

  it('resumes from the part an earlier run left', async () => {
    await writeFile(`${path}.part`, content.subarray(0, 60_000))
    const { source, ranges } = await serve(good)
    await download(path, source, effects, patience)
    await arrived()
    expect(ranges).toEqual(['bytes=60000-'])
  })

  it('asks for nothing when the part is whole', async () => {
    await writeFile(`${path}.part`, content)
    const { source, ranges } = await serve(good)
    await download(path, source, effects, patience)
    await arrived()
    expect(ranges).toEqual([])
  })

  it('starts over where the server ignores ranges', async () => {
    const { source, ranges } = await serve(cutAfter(40_000), withoutRanges)
    await download(path, source, effects, patience)
    await arrived()
    expect(ranges).toEqual([undefined, 'bytes=40000-'])
  })

  it('starts over when the part is longer than the file, or the range given is another', async () => {
    await writeFile(`${path}.part`, Buffer.concat([content, content]))
    const wrongRange: Answer = (_request, response) => {
      response.writeHead(206, { 'content-range': 'bytes 0-99999/100000', 'content-length': 100_000 }).end(content)
    }
    const { source, ranges } = await serve(status(416), cutAfter(10_000), wrongRange, good)
    await download(path, source, effects, patience)
    await arrived()
    expect(ranges).toEqual(['bytes=200000-', undefined, 'bytes=10000-', undefined])
  })

  it('refuses a wrong sum by name and removes the file', async () => {
    const corrupted = Buffer.from(content)
    corrupted[70_000]! ^= 1
    const { source } = await serve((_request, response) => void response.end(corrupted))
    const failure = download(path, source, effects, patience)
    await expect(failure).rejects.toThrow(DownloadError)
    await expect(failure).rejects.toThrow(
      `has sha256 ${sha256(corrupted)}, not the declared ${sha256(content)}: removed. Run the command again`,
    )
    expect(await readdir(folder)).toEqual([])
  })

  it('refuses a file of another size before it is fetched, and one that does not end', async () => {
    const { source } = await serve(
      (_request, response) => void response.writeHead(200, { 'content-length': 5 }).end('other'),
      (_request, response) => void response.write(Buffer.concat([content, content])),
    )
    await expect(download(path, source, effects, patience)).rejects.toThrow(/offers 5 bytes, not the declared 100000/)
    await expect(download(path, source, effects, patience)).rejects.toThrow(/sends more than the declared 100000/)
    expect(await readdir(folder)).toEqual(['music.zip.part'])
  })

  it('gives up after several tries that bring nothing, says how to resume, and keeps the part', async () => {
    const { source, ranges } = await serve(cutAfter(20_000), status(503))
    const failure = download(path, source, effects, patience)
    await expect(failure).rejects.toThrow(
      /the server answers 503\. With a network, run the command again .*; or put music\.zip/,
    )
    expect(ranges).toHaveLength(1 + 3)
    expect(await readFile(`${path}.part`)).toEqual(content.subarray(0, 20_000))
  })

  it('gives up on a server that cuts at the same place and knows no ranges', async () => {
    const cutAlways: Answer = (request, response) => cutAfter(20_000)(request, response, 0)
    const { source, ranges } = await serve(cutAlways)
    await expect(download(path, source, effects, patience)).rejects.toThrow(DownloadError)
    expect(ranges.length).toBeLessThanOrEqual(5)
  })

  it('does not ask twice for what is not there', async () => {
    const { source, ranges } = await serve(status(404))
    await expect(download(path, source, effects, patience)).rejects.toThrow(/answers 404: check the address/)
    expect(ranges).toHaveLength(1)
  })

  it('says that nobody listens', async () => {
    const { source } = await serve(good)
    stop()
    await expect(download(path, source, effects, patience)).rejects.toThrow(/ECONNREFUSED.*run the command again/)
  })

  it('follows redirects, but not in circles', async () => {
    const elsewhere: Answer = (_request, response) => void response.writeHead(302, { location: '/other' }).end()
    const { source, ranges } = await serve(elsewhere, good)
    await download(path, source, effects, patience)
    await arrived()
    expect(ranges).toHaveLength(2)
    stop()
    const circle = await serve(elsewhere)
    await expect(download(path, circle.source, effects, patience)).rejects.toThrow(/leads on more than 5 times/)
  })

  it('stops when asked, and the next run resumes', async () => {
    const controller = new AbortController()
    const { source, ranges } = await serve(stallAfter(50_000), good)
    const bar = { update: () => controller.abort(), stop: () => undefined }
    const reporter = { ...silentReporter, bar: () => bar }
    const stopped = { ...effects, reporter, signal: controller.signal }
    await expect(download(path, source, stopped, patience)).rejects.toThrow(InterruptedError)
    expect(await readdir(folder)).toEqual(['music.zip.part'])
    await download(path, source, effects, patience)
    await arrived()
    expect(Number(/\d+/.exec(ranges[1] ?? '')?.[0])).toBeGreaterThan(0)
  })

  it('shows how far and how fast', async () => {
    const shown: [number, string | undefined][] = []
    const bar = { update: (done: number, note?: string) => void shown.push([done, note]), stop: () => undefined }
    let clock = 0
    const timed = { ...effects, reporter: { ...silentReporter, bar: () => bar }, now: () => (clock += 10) }
    const { source } = await serve(cutAfter(50_000), good)
    await download(path, source, timed, patience)
    expect(shown.at(-1)?.[0]).toBe(100_000)
    expect(shown.at(-1)?.[1]).toMatch(/^\d+\.\d MB\/s$/)
  })
})
