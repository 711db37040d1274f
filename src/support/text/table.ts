import { printable } from './printable.ts'
import { escapeText } from './escapeText.ts'

/** A cell of a table. */
export type TableCell = string | number | null
/** A row of a table, by column. */
export type TableRow = Readonly<Record<string, TableCell>>

/** A whole number with separators, a fraction with four significant digits, nothing as a dash. */
export function cellText(value: TableCell): string {
  if (value === null || (typeof value === 'number' && Number.isNaN(value))) return '–'
  if (typeof value === 'string') return printable(value)
  return Number.isInteger(value) ? value.toLocaleString('en-US') : String(Number(value.toPrecision(4)))
}

/** Three significant digits; a dash where there is no number. */
export const significant = (value: number | null | undefined): string =>
  value === null || value === undefined || Number.isNaN(value) ? '–' : String(Number(value.toPrecision(3)))

const columnsOf = (rows: readonly TableRow[]): string[] => [...new Set(rows.flatMap((row) => Object.keys(row)))]

const isNumeric = (rows: readonly TableRow[], column: string): boolean =>
  rows.every((row) => typeof (row[column] ?? 0) === 'number')

/** Rows of plain values as an HTML table; the columns are the keys, numbers stand right. Text is escaped. */
export function htmlTable(rows: readonly TableRow[], caption?: string): string {
  const columns = columnsOf(rows)
  const align = columns.map((column) => `style="text-align:${isNumeric(rows, column) ? 'right' : 'left'}"`)
  const cells = (row: TableRow): string =>
    columns.map((column, i) => `<td ${align[i]}>${escapeText(cellText(row[column] ?? null))}</td>`).join('')
  const head = columns.map((column, i) => `<th scope="col" ${align[i]}>${escapeText(column)}</th>`).join('')
  const title = caption === undefined ? '' : `<caption>${escapeText(caption)}</caption>`
  const body = rows.map((row) => `<tr>${cells(row)}</tr>`).join('')
  return `<table>${title}<thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`
}

/** The same rows as text in columns, for a reader of the raw notebook. */
export function textTable(rows: readonly TableRow[]): string {
  const columns = columnsOf(rows)
  const lines = [columns, ...rows.map((row) => columns.map((column) => cellText(row[column] ?? null)))]
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
