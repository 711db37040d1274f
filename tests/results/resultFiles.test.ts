import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { STUDY_ITERATIONS } from '../../src/config/scales.ts'
import { corpusFile } from '../../src/results/corpusReport.ts'
import { decodingFile } from '../../src/results/decoding.ts'
import { iterationFile } from '../../src/results/iterationResult.ts'
import { musicalFile } from '../../src/results/musicalReport.ts'
import type { ResultFile } from '../../src/results/resultFile.ts'
import { siteQualityFile } from '../../src/results/siteQuality.ts'
import { studyRecordFile } from '../../src/results/studyRecord.ts'
import { summaryFile } from '../../src/results/summary.ts'
import { togetherFile } from '../../src/results/togetherReport.ts'
import { tunerFile } from '../../src/results/tunerReport.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { StoredFileError } from '../../src/support/stored.ts'

/** A file's place, and how it is read from the checkout and written to another folder. */
function roundTrip<T>(file: ResultFile<T>) {
  return { path: file.path, rewrite: (to: string) => file.write(to, file.read(projectRoot)!) }
}

const files = [
  ...STUDY_ITERATIONS.map((iteration) => roundTrip(iterationFile(iteration))),
  roundTrip(summaryFile),
  roundTrip(musicalFile),
  roundTrip(tunerFile),
  roundTrip(studyRecordFile),
  roundTrip(corpusFile),
  roundTrip(togetherFile),
  roundTrip(decodingFile),
]

let root: string
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'cantus-results-'))))
afterAll(() => rm(root, { recursive: true }))

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), text)
}

/** The message of the error that reading a file with this text throws. */
async function refusal<T>(file: ResultFile<T>, text: string): Promise<string> {
  await put(file.path, text)
  try {
    file.read(root)
  } catch (error) {
    expect(error).toBeInstanceOf(StoredFileError)
    return (error as Error).message
  }
  throw new Error(`${file.path} was read`)
}

describe('published files', () => {
  it.each(files)('$path is read whole: written back it holds the same', async ({ path, rewrite }) => {
    const published = join(projectRoot, path)
    expect(existsSync(published)).toBe(true)
    await rewrite(root)
    const [before, after] = await Promise.all([published, join(root, path)].map((file) => readFile(file, 'utf8')))
    expect(JSON.parse(after!)).toEqual(JSON.parse(before!))
  })

  it('have NaN where JSON has null, and null where nothing is meant', () => {
    const music = musicalFile.read(projectRoot)!
    const reference = music.reference['primerGroove']!
    expect(reference.mean).toBeNaN()
    expect(reference.percentiles).toEqual([NaN, NaN, NaN, NaN, NaN])
    expect(iterationFile('1').read(projectRoot)!.config.warmStart).toBeNull()
  })

  it('are null where they are not there', () => {
    expect(summaryFile.read(join(root, 'nowhere'))).toBeNull()
  })

  it('are refused with file, field and remedy when a field is missing, wrong, or of another version', async () => {
    const text = await readFile(join(projectRoot, summaryFile.path), 'utf8')
    const place = join(root, summaryFile.path)
    expect(await refusal(summaryFile, text.replace('"datasetHash"', '"dataHash"'))).toBe(
      `${place}: invalid datasetHash: missing (expected string); run "cantus study summarize" to write it again`,
    )
    expect(await refusal(summaryFile, text.replace('cantus-summary-1', 'cantus-summary-9'))).toBe(
      `${place}: invalid format: "cantus-summary-9" (expected "cantus-summary-1"); run "cantus study summarize" to write it again`,
    )
    expect(await refusal(summaryFile, text.slice(0, 1000))).toMatch(/summary\.json: not JSON .*; run "cantus/)
    expect(await refusal(siteQualityFile, 'null')).toContain('site.json: invalid content: null (expected object)')
  })
})
