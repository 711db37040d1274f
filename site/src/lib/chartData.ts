import { withoutFormula } from '../../../src/support/text/tableCell.ts'
import type { TableCell, TableRow } from '../../../src/support/text/table.ts'
import type { VegaLiteSpec } from '../../../src/charts/vegaLite.ts'
import { isRecord as isObject, listOf } from '../../../src/support/records.ts'

/** What a mark of a chart is drawn from. */
type ChartTable = readonly TableRow[]

/** Channels that place or order marks without showing a value of their own. */
const SILENT = ['order', 'opacity', 'detail', 'key']

type Members = Readonly<Record<string, unknown>>

/**
 * The data a chart's marks are drawn from, as tables a person can read: one a data set, largest first. Columns are the
 * fields that are drawn or shown in tooltips, under the names the chart gives them.
 */
export function chartTables(spec: VegaLiteSpec): ChartTable[] {
  const sets = new Map<string, { values: readonly Members[]; encodings: Members[] }>()
  collect({ ...spec }, [], [], (values, encodings) => {
    const key = JSON.stringify(values)
    const set = sets.get(key) ?? { values, encodings: [] }
    set.encodings.push(...encodings)
    sets.set(key, set)
  })
  return [...sets.values()]
    .map(({ values, encodings }) => {
      const names = fieldNames(encodings)
      return values.map((value) => rowOf(value, names))
    })
    .filter((rows) => rows.length > 0 && Object.keys(rows[0] ?? {}).length > 0)
    .sort((a, b) => b.length - a.length)
}

/** Visits every unit of a chart with the data and the encodings it inherits. */
function collect(
  node: Members,
  values: readonly Members[],
  encodings: readonly Members[],
  visit: (values: readonly Members[], encodings: readonly Members[]) => void,
): void {
  const { data, encoding, layer, hconcat, vconcat, concat } = node
  const own = isObject(data) && Array.isArray(data['values']) ? listOf(data['values']).filter(isObject) : values
  const all = isObject(encoding) ? [...encodings, encoding] : encodings
  const children = [layer, hconcat, vconcat, concat].flatMap((list) => listOf(list).filter(isObject))
  for (const child of children) collect(child, own, all, visit)
  if (children.length === 0) visit(own, all)
}

/** Names of the fields that are shown; one in a tooltip is written for a reader, an axis may have none. */
function fieldNames(encodings: readonly Members[]): Map<string, string> {
  const channels = encodings.flatMap((encoding) => Object.entries(encoding))
  const named = (isWanted: (channel: string) => boolean): [string, string][] =>
    channels
      .filter(([channel]) => isWanted(channel))
      .flatMap(([, definition]) => listOf(definition))
      .filter(isObject)
      .flatMap(({ field, title }): [string, string][] =>
        typeof field === 'string' ? [[field, typeof title === 'string' && title !== '' ? title : field]] : [],
      )
  const onPointing = named((channel) => channel === 'tooltip')
  const drawn = named((channel) => channel !== 'tooltip' && !SILENT.includes(channel))
  const names = new Map<string, string>()
  for (const [field, name] of [...onPointing, ...drawn])
    if (!names.has(field) || names.get(field) === field) names.set(field, name)
  return names
}

function rowOf(value: Members, names: ReadonlyMap<string, string>): TableRow {
  const columns = [...names].filter(([field]) => value[field] !== undefined)
  return Object.fromEntries(columns.map(([field, name]) => [words(name), cellOf(value[field])]))
}

const cellOf = (value: unknown): TableCell =>
  typeof value === 'number' || typeof value === 'string' || value === null ? value : String(value)

/** @example words('eventAccuracy') // 'event accuracy' */
const words = (name: string): string =>
  /^[a-z]+([A-Z][a-z]+)+$/.test(name) ? name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`) : name

/** Rows as comma-separated values (RFC 4180), with a line of names; a cell without a value is empty. */
export function csv(rows: readonly TableRow[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const cell = (value: TableCell | undefined): string => {
    const shown = value === null || value === undefined || Number.isNaN(value) ? '' : String(value)
    // The name of a folder may look like a formula, which a spreadsheet would calculate; numbers stay numbers.
    const text = Number.isNaN(Number(shown)) ? withoutFormula(shown) : shown
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  const lines = [columns.map(cell), ...rows.map((row) => columns.map((column) => cell(row[column])))]
  return lines.map((line) => `${line.join(',')}\r\n`).join('')
}
