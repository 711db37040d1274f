import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { styleSentence, styleTable } from '../../src/charts/styleSet.ts'
import type { CorpusReport } from '../../src/results/corpusReport.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

const published = JSON.parse(await readFile(join(projectRoot, 'report/results/corpus.json'), 'utf8')) as CorpusReport
const { yields, parts } = published
const rows = styleTable(yields, parts['2.2']!.sources, (source) => source)
const sum = (column: string): number => rows.reduce((all, row) => all + (row[column] as number), 0)

describe('the style set by label', () => {
  it('holds every labelled file and every melody of the transfer once', () => {
    expect(sum('files')).toBe(530)
    expect(sum('training melodies')).toBe(parts['2.2']!.melodies.train)
    expect(sum('test melodies')).toBe(parts['2.2']!.melodies.test)
    expect(Object.fromEntries(rows.map((row) => [row['label here'], row['files']]))).toEqual({
      ...{ game: 234, film: 57, 'jazz-solo': 64, 'jazz-ensemble': 58, 'modal-classical': 74, 'modal-folk': 43, '–': 0 },
    })
  })

  it('says what stands in for what, and what is missing', () => {
    const of = (label: string) => rows.find((row) => row['label here'] === label)!
    expect(of('jazz-ensemble')['collections (files, melodies)']).toBe('openewld (58, 59)')
    expect(of('modal-classical')['collections (files, melodies)']).toMatch(
      /^palestrina-modal \(44, \d+\); modal-classical-bach-solo \(30, \d+\)$/,
    )
    expect(of('–')).toMatchObject({ 'in the study': 'television themes', 'how they compare': 'missing' })
    expect(styleSentence(yields, parts['2.2']!.sources)).toMatch(
      /^530 files are labelled\. Of the 1,070 melodies .*: game 46%, modal-classical 32%\.$/,
    )
  })

  it('lists a label that the study does not know, and none that is not there', () => {
    const own = [{ source: 'mine', style: 'polka', files: 2, strict: { melodies: 3 } }]
    const melodies = { train: 2, validation: 1, test: 0 }
    expect(styleTable(own, [{ group: 'polka', melodies }], (source) => source).map((row) => row['label here'])).toEqual(
      ['–', 'polka'],
    )
  })
})
