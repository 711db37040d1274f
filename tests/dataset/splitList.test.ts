import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { tableCell } from '../../src/support/text/tableCell.ts'
import { splitList } from '../../src/dataset/splitList.ts'

describe('splitList', () => {
  const files = [
    { path: 'b.mid', split: 'test', family: 'a.mid', style: 'jazz' },
    { path: 'a.mid', split: 'test', family: 'a.mid', style: null },
    { path: 'B.mid', split: 'train', family: 'B.mid', style: null },
  ] as const

  it('has one line per file, sorted by path, the family where it is another file', () => {
    expect(splitList(files)).toBe(
      'path\tsplit\tfamily\tstyle\nB.mid\ttrain\t\t\na.mid\ttest\t\t\nb.mid\ttest\ta.mid\tjazz\n',
    )
  })

  it('names the parts that hold a file where it is asked to', () => {
    const parts = (path: string) => (path === 'a.mid' ? ['1', '2.1'] : [])
    expect(splitList([files[1]], parts)).toBe('path\tsplit\tfamily\tstyle\tparts\na.mid\ttest\t\t\t1,2.1\n')
  })

  it('writes no cell that ends a row, or that a spreadsheet calculates', () => {
    const odd = { path: '=1+1/a\tb\n.mid', split: 'train', family: '@c\\.mid', style: '-jazz' } as const
    const line = String.raw`'=1+1/a\tb\n.mid${'\t'}train${'\t'}'@c\\.mid${'\t'}'-jazz`
    expect(splitList([odd])).toBe(`path\tsplit\tfamily\tstyle\n${line}\n`)
  })

  it('leaves every cell of the published list as it is', () => {
    const published = readFileSync(join(projectRoot, 'report/results/corpus-split.tsv'), 'utf8')
    const cells = new Set(published.split(/[\t\n]/))
    expect(cells.size).toBeGreaterThan(10_000)
    expect([...cells].filter((cell) => tableCell(cell) !== cell)).toEqual([])
  })

  it('does not depend on the order', () => expect(splitList([...files].reverse())).toBe(splitList(files)))
})
