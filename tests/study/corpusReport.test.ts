import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WIDEST_INTERVAL } from '../../src/charts/histogram.ts'
import { buildPart } from '../../src/study/corpusPart.ts'
import { familySizes, melodyReport, reportCorpus, splitListPath, yieldRows } from '../../src/study/corpusReport.ts'
import type { Catalogue } from '../../src/dataset/catalogue.ts'
import type { FileRow, MelodyRow } from '../../src/dataset/dataset.ts'
import type { Kinship } from '../../src/dataset/placeFiles.ts'
import { sketchMelody } from '../../src/dataset/sketch.ts'
import { loadDataset } from '../../src/dataset/storedDataset.ts'
import { silentReporter } from '../../src/support/progress.ts'
import { mulberry32 } from '../../src/support/random.ts'

const fileRow = (path: string, melodies: number, family = path): FileRow => ({
  ...{ path, sha256: `hash of ${path}`, source: 'tunes', licence: 'free', title: null, mode: null, style: null },
  ...{ bytes: 100, tracks: 1, family, split: 'train' as const, melodies, dropped: [] },
})
const melodyRow = (path: string, n: number, events: number[], family = path): MelodyRow => ({
  ...{ id: `${path}/${n}`, path, events, startStep: 0, endStep: events.length, stepsPerBar: 4, stepsPerQuarter: 4 },
  ...{ instrument: 0, canonicalHash: sketchMelody(events).canonicalHash, family, split: 'train' as const },
})

/** 18 notes in the scale of G that do not repeat themselves, and the same a tone higher. */
const long = [67, 69, 71, 72, 74, 76, 78, 79, 76, 72, 69, 74, 71, 67, 66, 64, 62, 67]
const higher = long.map((pitch) => pitch + 2)

const kinship: Kinship = {
  edges: { content: 0, melody: 0, near: 0, tune: 0, title: 0 },
  largest: [],
  primers: [],
}

describe('melodyReport', () => {
  const files = [fileRow('a', 2), fileRow('b', 1, 'a'), { ...fileRow('c', 0), sha256: 'hash of a' }, fileRow('d', 0)]
  const melodies = [melodyRow('a', 0, long), melodyRow('a', 1, [60, -2, 62, -1]), melodyRow('b', 0, higher, 'a')]
  const report = melodyReport({ hash: '', files, melodies }, kinship)

  it('counts notes, moves, lengths and scales', () => {
    expect([report.pitches[60], report.pitches[67], report.pitches[81]]).toEqual([1, 3, 1])
    expect(report.intervals.reduce((sum, count) => sum + count, 0)).toBe(17 + 1 + 17)
    expect(report.intervals[WIDEST_INTERVAL + 7]).toBe(0)
    expect(report.intervals[WIDEST_INTERVAL + 5]).toBe(4) // 69 to 74 and 62 to 67, in both
    expect(report.lengths).toEqual({ bars: { '1': 1, '4': 2 }, quartiles: [1, 4.5, 4.5] })
    // C and D alone lie in the scales of C, E flat, F, G and B flat: a fifth for each.
    expect(report.scales).toEqual([0.2, 0, 0, 0.2, 0, 0.2, 0, 1.2, 0, 1, 0.2, 0])
  })

  it('counts copies of melodies in other keys and of files', () => {
    expect(report.duplicates).toEqual({ melodies: 1, files: 1 })
  })

  it('says nothing of an empty data set but zeros', () => {
    const empty = melodyReport({ hash: '', files: [], melodies: [] }, kinship)
    expect(empty.lengths).toEqual({ bars: {}, quartiles: [0, 0, 0] })
    expect(empty.families).toEqual({ count: 0, sizes: {}, ...kinship })
  })
})

describe('familySizes', () => {
  it('counts the families of each size', () => {
    const files = [fileRow('x', 0), fileRow('b', 0), fileRow('b2', 0, 'b')]
    expect(familySizes(files)).toEqual({ count: 2, sizes: { '1': 1, '2': 1 } })
  })
})

describe('yieldRows', () => {
  it('puts the policies side by side, zero where one has nothing', () => {
    const source = { corpus: 'all', style: null, files: 3, readable: 3, kept: 0 }
    const strict = [
      { ...source, source: 'piano', withMelodies: 0, melodies: 0 },
      { ...source, source: 'airs', withMelodies: 2, melodies: 4 },
    ]
    const loose = [{ ...source, source: 'piano', withMelodies: 3, melodies: 7 }]
    const of = (sources: Catalogue['sources']): Catalogue => ({ sources }) as Catalogue
    expect(yieldRows(of(strict), of(loose))).toEqual([
      {
        corpus: 'all',
        source: 'piano',
        style: null,
        files: 3,
        strict: { withMelodies: 0, melodies: 0, melodiesPerFile: 0 },
        loose: { withMelodies: 3, melodies: 7, melodiesPerFile: 2.333 },
      },
      {
        corpus: 'all',
        source: 'airs',
        style: null,
        files: 3,
        strict: { withMelodies: 2, melodies: 4, melodiesPerFile: 1.333 },
        loose: { withMelodies: 0, melodies: 0, melodiesPerFile: 0 },
      },
    ])
  })
})

describe('reportCorpus', () => {
  let root = ''
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'cantus-report-'))
    await mkdir(join(root, 'music'))
    const tune = (reference: number, music: string): string =>
      `X:${reference}\nT:Tune ${reference}\nM:4/4\nL:1/8\nK:C\n${music}\n\n`
    // 30 tunes of their own, the first once more a fourth higher, and one of chords
    const tunes = Array.from({ length: 30 }, (_, n) => tune(n + 1, bars(n)))
    const others = [tune(31, bars(0, 3)), tune(32, '[DA]EFG ABcd|'.repeat(8))]
    await writeFile(join(root, 'music', 'book.abc'), [...tunes, ...others].join(''))
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  /** Eight bars of eighths that a seed draws; `shift` moves them up the scale of C. */
  function bars(seed: number, shift = 0): string {
    const random = mulberry32(seed + 1)
    const letters = 'CDEFGABcdefgab'
    const note = (): string => letters[Math.floor(random.next() * 9) + shift]!
    return Array.from({ length: 8 }, () => `${Array.from({ length: 8 }, note).join('')}|`).join('')
  }

  const effects = { reporter: silentReporter, signal: new AbortController().signal, now: () => 0 }

  it('writes what both policies give, each iteration, its leaks, and the list of the split', async () => {
    const options = { corpus: [join(root, 'music')], style: [], folders: { data: join(root, 'data') } }
    const out = join(root, 'corpus.json')
    const report = await reportCorpus({ ...options, out }, effects)
    expect(report.funnel).toMatchObject({ files: 32, melodies: { total: 31 } })
    expect(report.yields).toMatchObject([{ files: 32, strict: { melodies: 31 }, loose: { melodies: 32 } }])
    expect(Object.keys(report.parts)).toEqual(['1', '2.1']) // no tune is modal: nothing stands for the style
    const { files, melodies, removed, leaks, loose } = report.parts['2.1']!
    expect(files.train + files.validation + files.test).toBe(32)
    expect(melodies.train + melodies.validation + melodies.test + removed.copies).toBe(31)
    expect(loose.melodies.train + loose.melodies.validation + loose.melodies.test + loose.removed.copies).toBe(32)
    expect(leaks.byFamily.all.copied).toBe(0)
    expect(JSON.parse(await readFile(out, 'utf8'))).toEqual(report)
    const list = (await readFile(splitListPath(out), 'utf8')).trimEnd().split('\n')
    expect(list).toHaveLength(33)
    expect(list[1]).toMatch(/^music\/book\.abc#1\t(train|validation|test)\t\t\t1,2\.1$/)
  })

  it('builds the data set of one iteration, which reads as one of its own', async () => {
    const corpus = [join(root, 'music')]
    const built = await buildPart({ corpus, style: [], folders: { data: join(root, 'data') }, iteration: '1' }, effects)
    const stored = (await loadDataset(built.folder))!
    expect(stored.hash).toBe(built.hash)
    expect(stored.melodies).toHaveLength(built.melodies.train + built.melodies.validation + built.melodies.test)
    expect(new Set(stored.melodies.map(({ canonicalHash }) => canonicalHash)).size).toBe(stored.melodies.length)
    expect(await readFile(join(built.folder, 'split.tsv'), 'utf8')).toMatch(/^path\tsplit\tfamily\tstyle\nmusic/)
    const style = { corpus, style: [], folders: { data: join(root, 'data') }, iteration: '2.2' } as const
    await expect(buildPart(style, effects)).rejects.toThrow(/--style DIR/)
  })
})
