import { describe, expect, it } from 'vitest'
import type { Catalogue } from '../../../src/dataset/catalogue.ts'
import { builtLines, ignoredLines, partLines, statsLines } from '../../../src/study/text/corpusStatsText.ts'

const counts = { files: 1200, readable: 1199, withMelodies: 900, melodies: 1500, kept: 1400 }
const catalogue: Catalogue = {
  ...{ hash: '0123456789abcdef', ...counts, melodies: { total: 1500, train: 1200, validation: 200, test: 100 } },
  families: 700,
  sources: [
    { corpus: 'all', source: 'airs', style: null, ...counts, files: 1000 },
    { corpus: 'all', source: 'modes', style: 'modes', ...counts, files: 200 },
  ],
  modes: { dorian: 12 },
  dropped: { polyphonic: 7 },
}
const kinship = {
  edges: { content: 3, melody: 2, near: 1, tune: 0, title: 0 },
  largest: [
    { family: 'airs/a.mid', files: 9 },
    { family: 'airs/b.mid', files: 1 },
  ],
  primers: ['airs/bach.mid'],
}

describe('statsLines', () => {
  const lines = statsLines({ strict: catalogue, loose: null, kinship })

  it('has a row per source, and one of all', () => {
    expect(lines[0]).toMatch(/^source +files +readable +with melodies +melodies +kept$/)
    expect(lines[1]).toMatch(/^airs +1,000 +1,199 +900 +1,500 +1,400$/)
    expect(lines[2]).toMatch(/^modes \(style\) +200 /)
    expect(lines[3]).toMatch(/^all +1,200 +1,199 +900 +1,500 +1,400$/)
    expect(new Set(lines.slice(0, 4).map((line) => line.length)).size).toBe(1)
  })

  it('says the sides, what joined families, the large ones, and why tracks gave no melody', () => {
    expect(lines).toContain(
      '1,200 training, 200 validation and 100 test melodies in 700 families (data set 0123456789ab)',
    )
    expect(lines).toContain('families were joined by:')
    expect(lines).toContain('        3  content: the same bytes')
    expect(lines).toContain('        9  airs/a.mid')
    expect(lines.join('\n')).not.toContain('airs/b.mid')
    expect(lines).toContain("test side only, because they hold a primer's tune: airs/bach.mid")
    expect(lines.some((line) => /^ +7 {2}polyphonic: ./.test(line))).toBe(true)
    expect(lines).toContain('       12  dorian')
  })

  it('puts the loose policy beside the strict one where it was built', () => {
    const sources = catalogue.sources.slice(0, 1).map((row) => ({ ...row, kept: 1444 }))
    const loose = { ...catalogue, kept: 1450, sources }
    const [heading, airs, modes, all] = statsLines({ strict: catalogue, loose, kinship })
    expect(heading).toMatch(/kept +with melodies +melodies +kept +\(loose\)$/)
    expect(airs).toMatch(/1,400 +900 +1,500 +1,444$/)
    expect(modes).toMatch(/1,400$/)
    expect(all).toMatch(/1,400 +900 +1,500 +1,450$/)
  })

  it('leaves out headings without rows', () => {
    const none = { edges: { content: 0, melody: 0, near: 0, tune: 0, title: 0 }, largest: [], primers: [] }
    const text = statsLines({ strict: { ...catalogue, modes: {}, dropped: {} }, loose: null, kinship: none }).join('\n')
    for (const words of ['files by mode', 'that gave none', 'largest families', 'test side only'])
      expect(text).not.toContain(words)
  })
})

describe('ignoredLines', () => {
  it('counts files whose tempo is ignored, and says nothing without any', () => {
    expect(ignoredLines({})).toEqual([])
    expect(ignoredLines({ filesWithIgnored: 1 })[0]).toMatch(/^1 file says a tempo or metre/)
    expect(ignoredLines({ filesWithIgnored: 1001 })[0]).toMatch(/^1,001 files say a tempo or metre/)
  })
})

describe('what was built', () => {
  it('is counted, with its files', () => {
    expect(builtLines({ folder: '/d', files: 1, melodies: 2000, hash: '0123456789abcdef' })).toEqual([
      '1 file, 2,000 melodies (data set 0123456789ab)',
      expect.stringMatching(/^\/d\/.+\.parquet$/),
      expect.stringMatching(/^\/d\/.+\.parquet$/),
    ])
  })

  it('is split by source for an iteration', () => {
    const sides = { train: 1000, validation: 20, test: 10 }
    const lines = partLines({
      ...{ iteration: '1', hash: '0123456789abcdef', folder: '/d', files: sides, families: 1, melodies: sides },
      ...{ trainingSteps: 1, removed: { copies: 1, heldOut: 2, capped: 3 }, kinship },
      sources: [{ group: 'airs', files: 1030, melodies: sides }],
    } as unknown as Parameters<typeof partLines>[0])
    expect(lines[0]).toBe('Iteration 1: 1,030 files in 1 family (data set 0123456789ab)')
    expect(lines[2]).toMatch(/^airs +1,030 +1,000 +20 +10$/)
    expect(lines).toContain('1 step to learn from; left out: 1 copy, 2 held out elsewhere, 3 above the limit per file')
  })
})
