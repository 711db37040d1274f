#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { UserError } from '../support/errors.ts'
import { printable, printableLines } from '../support/text/printable.ts'
import { systemProblem } from '../support/systemProblem.ts'
import { registerCorpus } from './corpus.ts'
import { registerGenerate } from './generate.ts'
import { guardOutput } from '../support/terminal/guardOutput.ts'
import { registerInspect } from './inspect.ts'
import { registerLab } from './lab.ts'
import { registerMelodies } from './melodies.ts'
import { registerNotebooks } from './notebooks.ts'
import { registerRender } from './render.ts'
import { registerReproduce } from './reproduceCommand.ts'
import { registerRuns } from './runs.ts'
import { registerSite } from './site.ts'
import { registerTensorBoard } from './tensorBoard.ts'
import { registerTune } from './tune.ts'
import { registerTrain } from './train.ts'
import { registerEvaluate } from './evaluate.ts'
import { registerExport } from './export.ts'

/** A wrong command line is the person's to mend, as a UserError is. */
const USAGE_EXIT_CODE = 2

function createProgram(): Command {
  const program = new Command('cantus')
    .description('A rerunnable study of LSTM melody generation: corpora, training, melodies, notebooks and report.')
    .version('0.1.0')
    .configureOutput({ outputError: (text, write) => write(printableLines(oneLine(text))) })
    .exitOverride()
  for (const register of [
    registerReproduce,
    registerTrain,
    registerEvaluate,
    registerExport,
    registerRuns,
    registerTune,
    registerTensorBoard,
    registerCorpus,
    registerInspect,
    registerMelodies,
    registerGenerate,
    registerRender,
    registerNotebooks,
    registerLab,
    registerSite,
  ]) {
    register(program)
  }
  program.command('doctor').description('report on the machine and the set-up (--json)')
  return program
}

/** commander's message as this project's: one line, with where the options are listed. */
function oneLine(text: string): string {
  const message = text
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim()
  return `cantus: ${message} (--help lists the options)\n`
}

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

// A reader such as `head` that closes the pipe early is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

try {
  await createProgram().parseAsync()
} catch (error) {
  process.exitCode = report(error)
}
