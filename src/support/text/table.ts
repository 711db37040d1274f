import { printable } from './printable.ts'
import { escapeText } from './escapeText.ts'
import { itemAt } from '../itemAt.ts'
import { withMinus } from './withMinus.ts'

/** A cell of a table. */
export type TableCell = string | number | null
/** A row of a table, by column. */
export type TableRow = Readonly<Record<string, TableCell>>

/** A whole number with separators, a fraction with four significant digits, nothing as a dash. */
export function cellText(value: TableCell): string {
  if (value === null || (typeof value === 'number' && Number.isNaN(value))) return '–'
  if (typeof value === 'string') return printable(value)
  return withMinus(Number.isInteger(value) ? value.toLocaleString('en-US') : String(Number(value.toPrecision(4))))
}

/** Three significant digits; a dash where there is no number. */
export const significant = (value: number | null | undefined): string =>
  value === null || value === undefined || Number.isNaN(value) ? '–' : withMinus(String(Number(value.toPrecision(3))))

const columnsOf = (rows: readonly TableRow[]): string[] => [...new Set(rows.flatMap((row) => Object.keys(row)))]

/** A number that is a text already, or the dash that stands for none. */
const NUMBER_TEXT = /^(?:[-−+]?[\d,]*\.?\d+%?|–)$/

/** Whether a column holds numbers; those of the first, such as iterations, are names. */
function isNumeric(rows: readonly TableRow[], column: string, n: number): boolean {
  const cells = rows.map((row) => row[column] ?? 0)
  return cells.every((cell) => typeof cell === 'number' || (n > 0 && NUMBER_TEXT.test(cell)))
}

/** Decimals of a column: four significant digits of its largest number, three below 1; none where all are whole. */
function decimalsOf(values: readonly number[]): number {
  if (values.every(Number.isInteger)) return 0
  const largest = Math.max(...values.filter(Number.isFinite).map(Math.abs))
  if (!(largest > 0)) return 0
  const digits = Math.floor(Math.log10(largest))
  return Math.min(8, Math.max(0, (digits >= 0 ? 3 : 2) - digits))
}

/** Texts of a column's cells: numbers with one precision for all of them. */
function columnTexts(rows: readonly TableRow[], column: string): string[] {
  const values = rows.map((row) => row[column] ?? null)
  const decimals = decimalsOf(
    values.filter((value) => typeof value === 'number').filter((value) => !Number.isNaN(value)),
  )
  const format = { minimumFractionDigits: decimals, maximumFractionDigits: decimals }
  return values.map((value) =>
    typeof value === 'number' && Number.isFinite(value)
      ? withMinus(value.toLocaleString('en-US', format))
      : cellText(value),
  )
}

/** Longer tables scroll below their head. */
const ROWS_WITHOUT_SCROLLING = 12

/**
 * Rows of plain values as an HTML table; the columns are the keys, numbers stand right with one precision per column. Text is
 * escaped. More than 12 rows scroll, and their head stays.
 */
export function htmlTable(rows: readonly TableRow[], caption?: string): string {
  const table = tableOf(rows, caption)
  if (rows.length <= ROWS_WITHOUT_SCROLLING) return table
  return `<div tabindex="0" role="group" aria-label="${escapeText(caption ?? 'Table')}" style="max-height:28em;overflow:auto">${table}</div>`
}

function tableOf(rows: readonly TableRow[], caption?: string): string {
  const columns = columnsOf(rows)
  const align = columns.map((column, n) => `style="text-align:${isNumeric(rows, column, n) ? 'right' : 'left'}"`)
  const texts = columns.map((column) => columnTexts(rows, column))
  const cells = (n: number): string =>
    columns.map((_, i) => `<td ${align[i]}>${escapeText(itemAt(itemAt(texts, i), n))}</td>`).join('')
  const head = columns.map((column, i) => `<th scope="col" ${align[i]}>${escapeText(column)}</th>`).join('')
  const title = caption === undefined ? '' : `<caption>${escapeText(caption)}</caption>`
  const body = rows.map((_, n) => `<tr>${cells(n)}</tr>`).join('')
  const stays = 'style="position:sticky;top:0;background:var(--jp-layout-color0,#fff)"'
  return `<table>${title}<thead${rows.length > ROWS_WITHOUT_SCROLLING ? ` ${stays}` : ''}><tr>${head}</tr></thead><tbody>${body}</tbody></table>`
}

/** The same rows as text in columns, for a reader of the raw notebook. */
export function textTable(rows: readonly TableRow[]): string {
  const columns = columnsOf(rows)
  const texts = columns.map((column) => columnTexts(rows, column))
  const lines = [columns, ...rows.map((_, n) => texts.map((column) => itemAt(column, n)))]
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)))
  return lines
    .map((line) =>
      line
        .map((text, i) => text.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
