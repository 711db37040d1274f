import { printable } from '../text/printable.ts'

/** Prints a line of values that may come from files: what would break it or move the terminal is escaped. */
export const printLine = (line: string): void => void process.stdout.write(`${printable(line)}\n`)

/** Prints lines, each as `printLine` does. */
export const printLines = (lines: readonly string[]): void =>
  void process.stdout.write(lines.map((line) => `${printable(line)}\n`).join(''))

/** Prints what a command found: as one JSON object, or in words. */
export const printResult = <T>(result: T, asJson: boolean | undefined, text: (result: T) => string): void =>
  void process.stdout.write(`${asJson ? JSON.stringify(result) : text(result)}\n`)
