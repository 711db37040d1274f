import { createRequire } from 'node:module'
import { Command } from 'commander'
import { addExamples } from '../study/text/examples.ts'
import { printableLines } from '../support/text/printable.ts'
import { registerCorpus } from './corpus.ts'
import { registerDuet } from './duet.ts'
import { registerGenerate } from './generate.ts'
import { registerInspect } from './inspect.ts'
import { registerLab } from './lab.ts'
import { registerListening } from './listening.ts'
import { registerMelodies } from './melodies.ts'
import { registerNotebooks } from './notebooks.ts'
import { registerRender } from './render.ts'
import { registerReproduce } from './reproduce.ts'
import { registerRuns } from './runs.ts'
import { registerSetup } from './setup.ts'
import { registerSite } from './site.ts'
import { registerTensorBoard } from './tensorBoard.ts'
import { registerSweep } from './sweep.ts'
import { registerTune } from './tune.ts'
import { registerTrain } from './train.ts'
import { registerEvaluate } from './evaluate.ts'
import { registerProfile } from './profile.ts'
import { registerStudy } from './study.ts'
import { registerExport } from './export.ts'

const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string }

/** The command line with all its commands; a wrong one is an error with one line. */
export function createProgram(): Command {
  const program = new Command('cantus')
    .description('A rerunnable study of LSTM melody generation: corpora, training, melodies, notebooks and report.')
    .version(version)
    .configureOutput({ outputError: (text, write) => write(printableLines(oneLine(text))) })
    .exitOverride()
  for (const register of [
    registerReproduce,
    registerTrain,
    registerSweep,
    registerEvaluate,
    registerProfile,
    registerStudy,
    registerListening,
    registerExport,
    registerRuns,
    registerTune,
    registerTensorBoard,
    registerCorpus,
    registerInspect,
    registerMelodies,
    registerGenerate,
    registerDuet,
    registerRender,
    registerNotebooks,
    registerLab,
    registerSite,
    registerSetup,
  ]) {
    register(program)
  }
  program.command('doctor').description('check the machine and the set-up (--json)')
  addExamples(program)
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
