/**
 * Text as a cell of a table that programs read: what would end the cell or the row is written as `\\t`, `\\n`, `\\r`, and
 * a cell that a spreadsheet would calculate begins with an apostrophe, which spreadsheets do not show.
 * @example tableCell('=1+1\n') // "'=1+1\\n"
 */
export function tableCell(text: string): string {
  const line = text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character)
  return /^[=+\-@]/.test(line) ? `'${line}` : line
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }
