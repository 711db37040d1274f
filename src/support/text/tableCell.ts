/**
 * Text that a spreadsheet shows and does not calculate: what looks like a formula begins with an apostrophe, which it hides.
 * @example withoutFormula('=1+1') // "'=1+1"
 */
export const withoutFormula = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)

/**
 * Text as a cell of a table of lines: what would end the cell or the row is written as `\t`, `\n` or `\r`, and it is not at a
 * formula.
 * @example tableCell('a\n') // 'a\\n'
 */
export function tableCell(text: string): string {
  return withoutFormula(text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character))
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }
