#!/usr/bin/env node
import { CommanderError } from 'commander'
import { guardOutput } from '../support/terminal/guardOutput.ts'
import { reportError, USAGE_EXIT_CODE } from '../support/terminal/reportError.ts'
import { createProgram } from './program.ts'

guardOutput(process.stdout)

// A reader such as `head` may close the pipe early.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

try {
  await createProgram().parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) process.exitCode = reportError(error)
  else process.exitCode = error.exitCode === 0 ? 0 : USAGE_EXIT_CODE
}
