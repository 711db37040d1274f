import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { basename, dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createFolder } from '../support/createFolder.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError, UserError, errorCode, messageOf } from '../support/errors.ts'
import { fileSha256 } from './archives.ts'

/** A file could not be downloaded, or is not what was declared. One line: what, why, and what to do. */
export class DownloadError extends UserError {
  override readonly name = 'DownloadError'
}

/** What is to be fetched, and how to tell that it arrived whole. */
export interface Downloadable {
  readonly address: string
  readonly bytes: number
  readonly sha256: string
}

/** How long a download waits and how often it retries. */
export interface DownloadPatience {
  /** No byte for so long counts as a cut. */
  readonly stallMs: number
  /** Tries in a row that bring nothing new before it gives up; each new byte starts the count again. */
  readonly tries: number
  /** Before the second try; doubled before each further one. */
  readonly pauseMs: number
}

const PATIENCE: DownloadPatience = { stallMs: 30_000, tries: 5, pauseMs: 1000 }
const MAX_REDIRECTS = 5
const RETRIED = [408, 425, 429, 500, 502, 503, 504]

/** A cut, a stall or a busy server: worth another try. */
class Interruption extends Error {}

/**
 * Downloads to `path` by HTTP or HTTPS. The bytes gather in `<path>.part`, where a later try or run resumes
 * with a range request; only a file of the declared size and sha256 gets the final name. A file with a wrong sum is
 * removed. (node:http, not fetch: fetch undoes a Content-Encoding, which some servers wrongly set on .tar.gz files.)
 * @throws DownloadError with the remedy; InterruptedError when the person stops it (the next run resumes).
 */
export async function download(
  path: string,
  source: Downloadable,
  effects: Effects,
  patience: DownloadPatience = PATIENCE,
): Promise<void> {
  createFolder(dirname(path))
  const part = `${path}.part`
  await gather(part, source, effects, patience)
  const found = await fileSha256(part, effects)
  if (found !== source.sha256) {
    await rm(part, { force: true })
    throw new DownloadError(
      `${basename(path)} from ${source.address} has sha256 ${found}, not the declared ${source.sha256}: removed. ` +
        'Run the command again; if it stays so, the file on the server has changed',
    )
  }
  await rename(part, path)
}

async function gather(part: string, source: Downloadable, effects: Effects, patience: DownloadPatience): Promise<void> {
  const progress = progressOf(part, source, effects)
  const handle = await open(part, 'a').then((made) => made.close().then(() => open(part, 'r+')))
  try {
    let furthest = (await handle.stat()).size
    for (let tries = 1, had = furthest; had !== source.bytes; had = (await handle.stat()).size) {
      if (had > furthest) tries = 1
      furthest = Math.max(furthest, had)
      const failure = await attempt(handle, source, had, progress.update, effects.signal, patience)
      if (failure === null) continue
      if ((await handle.stat()).size > furthest) continue // it brought something: retry at once
      if (++tries > patience.tries) throw gaveUp(part, source, failure)
      await pause(patience.pauseMs * 2 ** (tries - 2), undefined, { signal: effects.signal })
    }
    await handle.sync()
  } catch (error) {
    throw effects.signal.aborted
      ? new InterruptedError('stopped while downloading; run the same command to resume')
      : error
  } finally {
    progress.stop()
    await handle.close()
  }
}

/** One request. `null` when it went well, the reason when another try may help. */
async function attempt(
  handle: FileHandle,
  source: Downloadable,
  had: number,
  update: (bytes: number) => void,
  signal: AbortSignal,
  patience: DownloadPatience,
): Promise<string | null> {
  try {
    const response = await ask(source.address, had, signal, patience.stallMs)
    const start = await startOf(response, handle, source, had)
    if (start !== null) await write(response, handle, source, start, update, patience.stallMs)
    return null
  } catch (error) {
    if (signal.aborted || error instanceof UserError) throw error
    if (error instanceof Interruption || errorCode(error) !== undefined) {
      if (isLocal(error)) throw error
      return messageOf(error) || errorCode(error) || 'no answer'
    }
    throw error
  }
}

/** Trouble of this machine's disk, which no further try mends. */
function isLocal(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EFBIG'].includes(errorCode(error) ?? '')
}

async function ask(address: string, had: number, signal: AbortSignal, stallMs: number): Promise<IncomingMessage> {
  let url = new URL(address)
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await askOnce(url, had, signal, stallMs)
    const { location } = response.headers
    if (![301, 302, 303, 307, 308].includes(response.statusCode ?? 0) || location === undefined) return response
    response.destroy()
    const next = new URL(location, url)
    if (url.protocol === 'https:' && next.protocol !== 'https:') {
      throw new DownloadError(`${address} leads from https to ${next.protocol}//${next.host}: refused`)
    }
    url = next
  }
  throw new DownloadError(`${address} leads on more than ${MAX_REDIRECTS} times: check it in a browser`)
}

function askOnce(url: URL, had: number, signal: AbortSignal, stallMs: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { 'accept-encoding': 'identity', ...(had > 0 ? { range: `bytes=${had}-` } : {}) }
    const send = url.protocol === 'https:' ? requestHttps : requestHttp
    const request = send(url, { headers, signal, agent: false }, resolve)
    request.setTimeout(stallMs, () => request.destroy(new Interruption(`no byte for ${stallMs / 1000} s`)))
    request.on('error', reject)
    request.end()
  })
}

/** Where the answer's bytes belong; `null` when the part on disk is useless and was emptied. */
async function startOf(
  response: IncomingMessage,
  handle: FileHandle,
  source: Downloadable,
  had: number,
): Promise<number | null> {
  const { statusCode = 0, headers } = response
  if (statusCode === 206 && startOfRange(headers['content-range']) === had) return had
  if (statusCode === 200) {
    const offered = Number(headers['content-length'] ?? source.bytes)
    if (offered !== source.bytes) {
      response.destroy()
      throw new DownloadError(
        `${source.address} offers ${offered} bytes, not the declared ${source.bytes}: the file on the server has changed`,
      )
    }
    if (had > 0) await handle.truncate(0) // the server knows no ranges
    return 0
  }
  response.destroy()
  if (statusCode === 416 || statusCode === 206) {
    if (had === 0) throw new DownloadError(`${source.address} answers ${statusCode} to a plain request: check it`)
    await handle.truncate(0)
    return null
  }
  if (RETRIED.includes(statusCode)) throw new Interruption(`the server answers ${statusCode}`)
  throw new DownloadError(`${source.address} answers ${statusCode}: check the address in a browser`)
}

function startOfRange(contentRange: string | undefined): number | null {
  const start = /^bytes (\d+)-/.exec(contentRange ?? '')?.[1]
  return start === undefined ? null : Number(start)
}

async function write(
  response: IncomingMessage,
  handle: FileHandle,
  source: Downloadable,
  start: number,
  update: (bytes: number) => void,
  stallMs: number,
): Promise<void> {
  const stalled = () => response.destroy(new Interruption(`no byte for ${stallMs / 1000} s`))
  let timer = setTimeout(stalled, stallMs)
  let at = start
  const chunks: AsyncIterable<Buffer> = response
  try {
    for await (const chunk of chunks) {
      if (at + chunk.length > source.bytes) {
        await handle.truncate(0)
        throw new DownloadError(`${source.address} sends more than the declared ${source.bytes} bytes: refused`)
      }
      await handle.write(chunk, 0, chunk.length, at)
      update((at += chunk.length))
      clearTimeout(timer)
      timer = setTimeout(stalled, stallMs)
    }
  } finally {
    clearTimeout(timer)
    response.destroy()
  }
  if (at < source.bytes) throw new Interruption(`cut after ${at} of ${source.bytes} bytes`)
}

function gaveUp(part: string, source: Downloadable, reason: string): DownloadError {
  const name = basename(part, '.part')
  return new DownloadError(
    `could not download ${source.address}: ${reason}. With a network, run the command again (it resumes where it ` +
      `stopped); or put ${name}, fetched on any machine, into ${dirname(part)}`,
  )
}

function progressOf(part: string, source: Downloadable, effects: Effects) {
  const bar = effects.reporter.bar(`Downloading ${basename(part, '.part')}`, source.bytes, 'bytes')
  let first: { bytes: number; ms: number } | null = null
  return {
    update(bytes: number) {
      first ??= { bytes, ms: effects.now() }
      const seconds = (effects.now() - first.ms) / 1000
      const rate = seconds > 0 ? Math.max(0, bytes - first.bytes) / 1e6 / seconds : 0
      bar.update(bytes, rate > 0 ? `${rate.toFixed(1)} MB/s` : undefined)
    },
    stop: () => bar.stop(),
  }
}

/** Bytes of an unfinished download that lie beside `path`; 0 when there are none. */
export async function partBytes(path: string): Promise<number> {
  try {
    return (await stat(`${path}.part`)).size
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0
    throw error
  }
}
