import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { drawnWidth } from '../../src/charts/drawWithin.ts'
import { NOTEBOOKS } from '../../src/notebook/notebookRequest.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

type Text = string | readonly string[]
interface Output {
  readonly output_type: string
  readonly data?: Readonly<Record<string, Text>>
  readonly metadata?: Readonly<Record<string, { readonly alt?: string }>>
}
interface Executed {
  readonly cells: readonly {
    readonly cell_type: string
    readonly source: Text
    readonly execution_count?: number | null
    readonly outputs?: readonly Output[]
  }[]
}

const LARGEST_BYTES = 1_000_000
const WIDEST = 900
const ROWS_WITHOUT_SCROLLING = 12

const joined = (text: Text = ''): string => (typeof text === 'string' ? text : text.join(''))

const read = (folder: string, name: string): string => readFileSync(join(projectRoot, folder, `${name}.ipynb`), 'utf8')
const codeOf = (text: string) => (JSON.parse(text) as Executed).cells.filter(({ cell_type }) => cell_type === 'code')
const sources = (text: string): string[] => codeOf(text).map(({ source }) => joined(source))

/** Copies are made when results change; one of an earlier version of its notebook says nothing of today's. */
const isCurrent = (name: string): boolean =>
  existsSync(join(projectRoot, 'report', 'notebooks', `${name}.ipynb`)) &&
  JSON.stringify(sources(read('report/notebooks', name))) === JSON.stringify(sources(read('notebooks', name)))
const current = NOTEBOOKS.filter(({ name }) => isCurrent(name))
for (const { name } of NOTEBOOKS.filter((each) => !current.includes(each)))
  console.warn(`SKIPPED: the executed copy of ${name} is of another version (npx cantus notebooks ${name} makes it)`)

/** The copies that readers open: what they may weigh and how they can be read. */
describe.each(current)('the executed copy of $name', ({ name }) => {
  const text = read('report/notebooks', name)
  const code = codeOf(text)
  const outputs = code.flatMap((cell) => cell.outputs ?? [])
  const pages = outputs.map(({ data }) => joined(data?.['text/html']))

  it('is small, whole and counted', () => {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LARGEST_BYTES)
    expect(outputs.filter(({ output_type: type }) => type === 'error')).toEqual([])
    expect(code.map((cell) => cell.execution_count)).toEqual(code.map((_, n) => n + 1))
  })

  it('has charts that fit, each with an alternative text', () => {
    for (const { data, metadata } of outputs) {
      const svg = joined(data?.['image/svg+xml'])
      if (svg === '') continue
      expect(drawnWidth(svg)).toBeLessThanOrEqual(WIDEST)
      expect(metadata?.['image/svg+xml']?.alt ?? '').not.toBe('')
      expect(svg).toMatch(/^<svg[^>]*aria-label="[^"]+"/)
    }
  })

  it('names every other picture and sound', () => {
    for (const tag of pages.flatMap((page) => page.match(/<(?:img|audio)\b[^>]*/g) ?? []))
      expect(tag.slice(0, 1000)).toMatch(/ (?:alt|aria-label)="[^"]+"/)
  })

  it('has tables whose long ones scroll below their head, and whose numbers stand right', () => {
    for (const page of pages.filter((each) => each.includes('<table'))) {
      const rows = (page.match(/<tr>/g) ?? []).length - 1
      const scrolls = /overflow:auto/.test(page) && /position:sticky/.test(page)
      expect([rows, scrolls]).toEqual([rows, rows > ROWS_WITHOUT_SCROLLING])
      const left = [...page.matchAll(/<td style="text-align:left">([^<]*)</g)].map(([, cell]) => cell)
      const headed = page.match(/<th scope="col" style="text-align:right">/g)?.length ?? 0
      const right = page.match(/<td style="text-align:right">/g)?.length ?? 0
      expect(right).toBe(headed * rows)
      expect(left.length + right).toBe((page.match(/<td/g) ?? []).length)
      // Names that are numbers, such as iterations, stand first.
      const cells = [...page.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row]) =>
        [...row!.matchAll(/<td[^>]*>[^<]*/g)].map(String),
      )
      const columns = (cells.find((row) => row.length > 0) ?? []).map((_, n) => cells.flatMap((row) => row[n] ?? []))
      for (const column of columns.slice(1))
        expect(column.every((cell) => /text-align:left">[-−+]?[\d,.]*\d%?$/.test(cell))).toBe(false)
    }
  })
})
