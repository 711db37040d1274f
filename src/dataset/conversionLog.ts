import { createHash } from 'node:crypto'
import { closeSync, createReadStream, openSync, readSync, writeSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ExtractionConfig } from '../config/experimentConfig.ts'
import { createFolder } from '../support/createFolder.ts'
import { sha256 } from '../support/files.ts'
import type { Conversion } from './convertScore.ts'
import { namesIn } from '../support/namesIn.ts'
import { itemAt } from '../support/itemAt.ts'

/**
 * Conversions by the sha256 of the score's content, in `<data>/cache/conversions-<key>/*.log`: one line each,
 * `<sha256> <sum> <bytes of the JSON> <JSON>`, appended as they are made, so that a kill loses at most the line it cut,
 * which its length betrays, and a damaged line shows by its sum. Each process writes a file of its own. In memory there is
 * only where each line lies.
 */
export interface ConversionLog {
  /** Lines that cannot be trusted, by the log's path: what they held is converted again. */
  readonly damaged: ReadonlyMap<string, number>
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
  const damaged = new Map<string, number>()
  const open: number[] = []
  for (const name of await namesIn(folder, '.log')) {
    const path = join(folder, name)
    open.push(openSync(path, 'r'))
    const bad = await indexLines(path, itemAt(open, -1), wanted, places)
    if (bad > 0) damaged.set(path, bad)
  }
  let own: { file: number; offset: number } | null = null
  const start = (): { file: number; offset: number } => {
    createFolder(folder)
    const file = openSync(join(folder, `${writer}.log`), 'wx+')
    open.push(file)
    return { file, offset: 0 }
  }
  return {
    damaged,
    has: (content) => places.has(content),
    get(content) {
      const place = places.get(content)
      return place === undefined ? undefined : (JSON.parse(readPlace(place)) as Conversion)
    },
    add(content, text) {
      own ??= start()
      const json = Buffer.from(text)
      const head = Buffer.from(`${content} ${sumOf(content, json)} ${json.length} `)
      places.set(content, { file: own.file, offset: own.offset + head.length, bytes: json.length })
      own.offset += writeWhole(own.file, Buffer.concat([head, json, newline]))
    },
    close() {
      for (const file of open.splice(0)) closeSync(file)
    },
  }
}

/** A file may take less than it is given at a time. */
function writeWhole(file: number, bytes: Buffer): number {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done)
  return bytes.length
}

/** 64 bits over the line's content and JSON. */
const sumOf = (content: string, json: Buffer): string =>
  createHash('sha256').update(content).update(json).digest('hex').slice(0, SUM_LENGTH)

const HASH_LENGTH = 64
const SUM_LENGTH = 16
const newline = Buffer.from('\n')
const NEWLINE = 10
const SPACE = 32

/** Counts up when the lines' form changes: logs of another form are left alone. */
const LINES = 2

/** Where one process says which shard it did: see shard.ts. */
export async function logFolder(folders: { data: string }, extraction: ExtractionConfig): Promise<string> {
  const key = sha256(JSON.stringify([LINES, await readerVersion(), extraction])).slice(0, 16)
  return join(folders.data, 'cache', `conversions-${key}`)
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

/** Notes where the wanted conversions lie. @returns how many lines are damaged. */
async function indexLines(
  path: string,
  file: number,
  wanted: ReadonlySet<string>,
  places: Map<string, Place>,
): Promise<number> {
  let damaged = 0
  let offset = 0
  let rest: Buffer = Buffer.alloc(0)
  const chunks: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: 2 ** 20 })
  for await (const chunk of chunks) {
    const text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let start = 0
    for (let end = text.indexOf(NEWLINE); end >= 0; end = text.indexOf(NEWLINE, start)) {
      const line = text.subarray(start, end)
      const found = parseHead(line)
      if (found === null) damaged++
      else if (wanted.has(found.content)) {
        if (sumOf(found.content, line.subarray(found.head)) === found.sum)
          places.set(found.content, { file, offset: offset + start + found.head, bytes: found.bytes })
        else damaged++
      }
      start = end + 1
    }
    offset += start
    rest = text.subarray(start)
  }
  return damaged
}

interface LineHead {
  readonly content: string
  readonly sum: string
  /** Where the JSON begins, and its length. */
  readonly head: number
  readonly bytes: number
}

/** The parts of a line; `null` for a malformed one, or one left unfinished and then continued. */
function parseHead(line: Buffer): LineHead | null {
  const lengthAt = HASH_LENGTH + 1 + SUM_LENGTH + 1
  const head = line.indexOf(SPACE, lengthAt) + 1
  if (line[HASH_LENGTH] !== SPACE || line[lengthAt - 1] !== SPACE || head === 0) return null
  const bytes = Number(line.toString('latin1', lengthAt, head - 1))
  if (head + bytes !== line.length) return null
  const sum = line.toString('latin1', HASH_LENGTH + 1, lengthAt - 1)
  return { content: line.toString('latin1', 0, HASH_LENGTH), sum, head, bytes }
}

/**
 * Changes whenever the code between a score's bytes and its melodies does: a hash of that code, without its comments,
 * and of the version of the ABC parser. Nobody has to remember to count a version up.
 */
export async function readerVersion(): Promise<string> {
  const folder = (name: string) => fileURLToPath(new URL(`../${name}/`, import.meta.url))
  const own = ['convertScore', 'sketch', 'scoreToMelodies'].map((name) => join(folder('dataset'), name))
  const files = [...(await modulesIn(folder('score'))), ...(await modulesIn(folder('melody'))), ...own.map(withEnding)]
  const require = createRequire(import.meta.url)
  const abc2svg = (require('abc2svg/package.json') as { version: string }).version
  return sha256(`${await codeHash(files)} abc2svg@${abc2svg}`)
}

/** Changes whenever the code that reads MusicXML and NoteSequences does, which the readers of MIDI and ABC do not depend on. */
export async function importVersion(): Promise<string> {
  const folders = ['musicXml', 'noteSequences'].map((name) =>
    fileURLToPath(new URL(`../score/${name}/`, import.meta.url)),
  )
  return codeHash((await Promise.all(folders.map(modulesIn))).flat())
}

/** Changes whenever the code that gives files their families and sides does. */
export function placementVersion(): Promise<string> {
  const names = ['families', 'placeFiles', 'primerKin', 'sketch', 'split']
  return codeHash(names.map((name) => withEnding(fileURLToPath(new URL(name, import.meta.url)))))
}

async function codeHash(files: readonly string[]): Promise<string> {
  const code = await Promise.all([...files].sort().map((file) => readFile(file, 'utf8')))
  return sha256(code.map(withoutComments).join('\u0000'))
}

/** Drops comments that fill whole lines, and `//` comments after code. */
export function withoutComments(code: string): string {
  const kept = code.split('\n').filter((line) => !/^\s*(\/\/|\/\*|\*(\s|\/|$))/.test(line))
  return kept.map((line) => line.replace(/\s\/\/ .*$/, '')).join('\n')
}

const moduleEnding = import.meta.url.slice(import.meta.url.lastIndexOf('.'))
const withEnding = (path: string): string => path + moduleEnding

async function modulesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(moduleEnding)).map((name) => join(folder, name))
}
