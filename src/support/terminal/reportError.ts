import { UserError } from '../errors.ts'
import { systemProblem } from '../systemProblem.ts'
import { printable, printableLines } from '../text/printable.ts'

/** A wrong command line is the person's to mend, as a UserError is. */
export const USAGE_EXIT_CODE = 2

/** Writes an error as its one line on stderr; a defect of this program keeps its stack. @returns the exit status. */
export function reportError(error: unknown): number {
  if (error instanceof UserError) {
    complain([`cantus: ${printable(error.message)}`, ...error.log])
    return error.exitCode
  }
  const refused = systemProblem(error)
  complain([refused === null ? stackOf(error) : `cantus: ${printable(refused)}`])
  return refused === null ? 1 : USAGE_EXIT_CODE
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))

const complain = (lines: readonly string[]): void => void process.stderr.write(`${printableLines(lines.join('\n'))}\n`)
