#!/usr/bin/env node
import { CommanderError } from 'commander'
import { UserError } from '../support/errors.ts'
import { printable, printableLines } from '../support/text/printable.ts'
import { systemProblem } from '../support/systemProblem.ts'
import { guardOutput } from '../support/terminal/guardOutput.ts'
import { createProgram } from './program.ts'

/** A wrong command line is the person's to mend, as a UserError is. */
const USAGE_EXIT_CODE = 2

/** The exit status of an error, after its one line on stderr; a defect of this program keeps its stack. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_EXIT_CODE
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

guardOutput(process.stdout)

// A reader such as `head` may close the pipe early.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

try {
  await createProgram().parseAsync()
} catch (error) {
  process.exitCode = report(error)
}
