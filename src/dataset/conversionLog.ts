import { closeSync, createReadStream, mkdirSync, openSync, readSync, writeSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ExtractionConfig } from '../iterations/experimentConfig.js'
import { sha256 } from '../support/files.js'
import type { Conversion } from './convertScore.js'

/**
 * Conversions by the sha256 of the score's content, in `<data>/cache/conversions-<key>/*.log`: one line each,
 * `<sha256> <bytes of the JSON> <JSON>`, appended as they are made, so that a kill loses at most the line it cut, which
 * its length betrays. Each process writes a file of its own. In memory there is only where each line lies.
 */
export interface ConversionLog {
  has(contentSha256: string): boolean
  /** Reads it from the disk; `undefined` when it is not there. */
  get(contentSha256: string): Conversion | undefined
  /** @param text the conversion as JSON. */
  add(contentSha256: string, text: string): void
  close(): void
}

interface Place {
  readonly file: number
  readonly offset: number
  readonly bytes: number
}

/** @param wanted contents this run needs; where others lie is not kept in memory. */
export async function openConversionLog(
  folders: { data: string },
  extraction: ExtractionConfig,
  wanted: ReadonlySet<string>,
  writer: string,
): Promise<ConversionLog> {
  const folder = await logFolder(folders, extraction)
  const places = new Map<string, Place>()
  const open: number[] = []
  for (const name of (await namesIn(folder)).filter((each) => each.endsWith('.log')).sort()) {
    const path = join(folder, name)
    open.push(openSync(path, 'r'))
    await indexLines(path, open.at(-1)!, wanted, places)
  }
  let own: { file: number; offset: number } | null = null
  const start = (): { file: number; offset: number } => {
    mkdirSync(folder, { recursive: true })
    const file = openSync(join(folder, `${writer}.log`), 'wx+')
    open.push(file)
    return { file, offset: 0 }
  }
  return {
    has: (content) => places.has(content),
    get(content) {
      const place = places.get(content)
      return place === undefined ? undefined : (JSON.parse(readPlace(place)) as Conversion)
    },
    add(content, text) {
      own ??= start()
      const json = Buffer.from(text)
      const head = Buffer.from(`${content} ${json.length} `)
      places.set(content, { file: own.file, offset: own.offset + head.length, bytes: json.length })
      own.offset += writeSync(own.file, Buffer.concat([head, json, newline]))
    },
    close() {
      for (const file of open.splice(0)) closeSync(file)
    },
  }
}

const newline = Buffer.from('\n')
const NEWLINE = 10
const CLOSING_BRACE = 125
const SPACE = 32

/** Where one process says which shard it did: see shard.ts. */
export async function logFolder(folders: { data: string }, extraction: ExtractionConfig): Promise<string> {
  const key = sha256(JSON.stringify([await readerVersion(), extraction])).slice(0, 16)
  return join(folders.data, 'cache', `conversions-${key}`)
}

/** Names in a folder; none when there is no such folder. */
async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
}

function readPlace({ file, offset, bytes }: Place): string {
  const buffer = Buffer.allocUnsafe(bytes)
  let done = 0
  while (done < bytes) {
    const read = readSync(file, buffer, done, bytes - done, offset + done)
    if (read === 0) throw new Error('a conversion log became shorter while it was read')
    done += read
  }
  return buffer.toString('utf8')
}

async function indexLines(
  path: string,
  file: number,
  wanted: ReadonlySet<string>,
  places: Map<string, Place>,
): Promise<void> {
  let offset = 0
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    const text: Buffer = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer])
    let start = 0
    for (let end = text.indexOf(NEWLINE); end >= 0; end = text.indexOf(NEWLINE, start)) {
      const found = parseHead(text.subarray(start, end))
      if (found !== null && wanted.has(found.content)) {
        places.set(found.content, { file, offset: offset + start + found.head, bytes: found.bytes })
      }
      start = end + 1
    }
    offset += start
    rest = text.subarray(start)
  }
}

/** The parts of a line, or `null` for one that a kill or a power cut left unfinished. */
function parseHead(line: Buffer): { content: string; head: number; bytes: number } | null {
  const second = line.indexOf(SPACE, 65)
  if (line[64] !== SPACE || second < 0 || line.at(-1) !== CLOSING_BRACE) return null
  const bytes = Number(line.toString('latin1', 65, second))
  const head = second + 1
  return head + bytes === line.length ? { content: line.toString('latin1', 0, 64), head, bytes } : null
}

/**
 * Changes whenever the code between a score's bytes and its melodies does: a hash of that code and of the version of
 * the ABC parser beneath it. Nobody has to remember to count a version up.
 */
export async function readerVersion(): Promise<string> {
  const folder = (name: string) => fileURLToPath(new URL(`../${name}/`, import.meta.url))
  const own = ['convertScore', 'sketch', 'scoreToMelodies'].map((name) => join(folder('dataset'), name))
  const files = [...(await modulesIn(folder('score'))), ...(await modulesIn(folder('melody'))), ...own.map(withEnding)]
  const require = createRequire(import.meta.url)
  const abc2svg = (require('abc2svg/package.json') as { version: string }).version
  return sha256(`${await codeHash(files)} abc2svg@${abc2svg}`)
}

/** Changes whenever the code that gives files their families and sides does. */
export function placementVersion(): Promise<string> {
  const names = ['families', 'placeFiles', 'primerKin', 'sketch', 'split']
  return codeHash(names.map((name) => withEnding(fileURLToPath(new URL(name, import.meta.url)))))
}

async function codeHash(files: readonly string[]): Promise<string> {
  const code = await Promise.all([...files].sort().map((file) => readFile(file, 'utf8')))
  return sha256(code.join('\u0000'))
}

const moduleEnding = import.meta.url.slice(import.meta.url.lastIndexOf('.'))
const withEnding = (path: string): string => path + moduleEnding

async function modulesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(moduleEnding)).map((name) => join(folder, name))
}
