import { printable } from '../text/printable.ts'

/** Prints lines of values that may come from files: what would break a line or move the terminal is escaped. */
export const printLines = (lines: readonly string[]): void =>
  void process.stdout.write(`${lines.map(printable).join('\n')}\n`)
