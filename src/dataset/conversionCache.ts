import { closeSync, createReadStream, mkdirSync, openSync, writeSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createRequire } from 'node:module'
import type { ExtractionConfig } from '../iterations/experimentConfig.js'
import { sha256 } from '../support/files.js'
import type { Conversion } from './convertScore.js'

/**
 * Conversions by the sha256 of the score's content, in `<data>/cache/conversions-<key>/*.jsonl`: one line each,
 * appended as they are made, so that a kill loses at most the line it cut; a cut line is passed over. Each process
 * writes a file of its own.
 */
export interface ConversionCache {
  get(contentSha256: string): Conversion | undefined
  add(contentSha256: string, conversion: Conversion): void
  close(): void
}

interface CacheLine extends Conversion {
  readonly sha256: string
}

/** @param wanted contents this run needs; lines of others are not kept in memory. */
export async function openConversionCache(
  folders: { data: string },
  extraction: ExtractionConfig,
  wanted: ReadonlySet<string>,
  writer: string,
): Promise<ConversionCache> {
  const folder = join(folders.data, 'cache', `conversions-${await cacheKey(extraction)}`)
  const known = await readLines(folder, wanted)
  let file: number | null = null
  return {
    get: (content) => known.get(content),
    add(content, conversion) {
      known.set(content, conversion)
      if (file === null) {
        mkdirSync(folder, { recursive: true })
        file = openSync(join(folder, `${writer}.jsonl`), 'a')
        writeSync(file, '\n') // ends a line that a kill cut
      }
      writeSync(file, `${JSON.stringify({ sha256: content, ...conversion } satisfies CacheLine)}\n`)
    },
    close() {
      if (file !== null) closeSync(file)
      file = null
    },
  }
}

async function readLines(folder: string, wanted: ReadonlySet<string>): Promise<Map<string, Conversion>> {
  const known = new Map<string, Conversion>()
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  for (const name of names.filter((each) => each.endsWith('.jsonl')).sort()) {
    for await (const text of createInterface({ input: createReadStream(join(folder, name)), crlfDelay: Infinity })) {
      const line = parseLine(text)
      if (line !== null && wanted.has(line.sha256)) {
        known.set(line.sha256, { melodies: line.melodies, dropped: line.dropped })
      }
    }
  }
  return known
}

function parseLine(text: string): CacheLine | null {
  try {
    const line = JSON.parse(text) as Partial<CacheLine>
    return line.sha256 !== undefined && Array.isArray(line.melodies) && Array.isArray(line.dropped)
      ? (line as CacheLine)
      : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

async function cacheKey(extraction: ExtractionConfig): Promise<string> {
  return sha256(JSON.stringify([await readerVersion(), extraction])).slice(0, 16)
}

/**
 * Changes whenever the code between a score's bytes and its melodies does: a hash of that code and of the version of
 * the ABC parser beneath it. Nobody has to remember to count a version up.
 */
export async function readerVersion(): Promise<string> {
  const folder = (name: string) => fileURLToPath(new URL(`../${name}/`, import.meta.url))
  const own = ['convertScore', 'scoreToMelodies'].map((name) => join(folder('dataset'), name))
  const files = [...(await modulesIn(folder('score'))), ...(await modulesIn(folder('melody'))), ...own.map(withEnding)]
  const code = await Promise.all(files.sort().map((file) => readFile(file, 'utf8')))
  const require = createRequire(import.meta.url)
  const abcjs = (require('abcjs/package.json') as { version: string }).version
  return sha256([...code, `abcjs@${abcjs}`].join('\u0000'))
}

const moduleEnding = import.meta.url.slice(import.meta.url.lastIndexOf('.'))
const withEnding = (path: string): string => path + moduleEnding

async function modulesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(moduleEnding)).map((name) => join(folder, name))
}
