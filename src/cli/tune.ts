import { type Command, Option } from 'commander'
import { MODEL_NAMES_HELP } from '../generation/findModel.ts'
import { counted } from '../support/text/counted.ts'
import type { Scale } from '../config/experimentConfig.ts'
import { SCALES } from '../config/scales.ts'
import { MODE_NAMES, ROOT_NAMES } from '../tuner/modes.ts'
import { type Method, METHODS } from '../tuner/policies.ts'
import { type PresetName, PRESETS } from '../tuner/presets.ts'
import { type ExplorationName, EXPLORATIONS, tunerDefaults } from '../tuner/tunerConfig.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { collect, parseSeed, positiveNumber, realNumber, wholeNumber } from '../support/terminal/optionParsers.ts'
import { resultsThere } from '../study/studyResults.ts'
import { withResultsFolder } from '../study/resultsOptions.ts'
import { tuneModel, type TuneResult } from '../study/tuneModel.ts'
import { TUNER_SCALES, tunerStudy, tunerTable } from '../study/tunerStudy.ts'
import { printResult } from '../support/terminal/printLines.ts'

interface Flags {
  method?: Method
  preset?: PresetName
  mode?: string
  root?: string
  c?: number
  discount?: number
  steps?: number
  episodeSteps?: number
  start: string[]
  exploration?: ExplorationName
  learningRate?: number
  seed?: number
  report?: boolean
  results?: string
  scale?: Scale
  corpus: string[]
  style: string[]
  json?: boolean
}

/** `cantus tune RUN` */
export function registerTune(program: Command): void {
  withResultsFolder(program.command('tune'))
    .description('tune a trained model to rules of composition by reinforcement learning (RL Tuner)')
    .argument('<run>', `the prior, which stays as it is: ${MODEL_NAMES_HELP}`)
    .addOption(new Option('--method <method>', `what learns (default: ${tunerDefaults.method})`).choices([...METHODS]))
    .addOption(
      new Option('--preset <rules>', "the rules (default: the paper's, or modal with --mode or --root)").choices([
        ...PRESETS,
      ]),
    )
    .option('--mode <mode>', `${MODE_NAMES.join(', ')}`)
    .option('--root <root>', `${ROOT_NAMES.join(', ')}`)
    .option(
      '--c <c>',
      'what the rules are divided by: small = the rules rule, large = the prior',
      positiveNumber('--c'),
    )
    .option(
      '--discount <d>',
      `what the next step counts, 0-1 (default: ${tunerDefaults.discount})`,
      realNumber('--discount', 'a number from 0 to 1', (value) => value >= 0 && value <= 1),
    )
    .option('--steps <n>', `actions to learn from (default: ${tunerDefaults.steps})`, wholeNumber('--steps', 1))
    .option('--episode-steps <n>', 'actions of a composition', wholeNumber('--episode-steps', 1))
    .option('--start <start>', 'empty, or a primer to begin with (may be given more than once)', collect, [])
    .addOption(
      new Option('--exploration <how>', 'how actions are drawn while learning (default: policy)').choices([
        ...EXPLORATIONS,
      ]),
    )
    .option(
      '--learning-rate <rate>',
      `at first (default: ${tunerDefaults.learningRate})`,
      positiveNumber('--learning-rate'),
    )
    .option('--seed <n>', 'seed of every draw', parseSeed)
    .option('--report', 'tune by every method, measure all of them and write report/results/rl-tuner.json')
    .addOption(
      new Option(
        '--scale <scale>',
        'whose results, and how large a --report is (default: full; with --corpus the largest there is)',
      ).choices(SCALES),
    )
    .option(
      '--corpus <dir>',
      'the results of this folder of music; --report finds copies in it (repeatable)',
      collect,
      [],
    )
    .option('--style <dir>', 'with this folder of the style (repeatable)', collect, [])
    .option('--json', 'print the result as one JSON object')
    .addHelpText('after', TUNE_HELP)
    .action((source: string, flags: Flags) => (flags.report ? runReport(source, flags) : runTune(source, flags)))
}

const TUNE_HELP = `
The run lies in data/runs/tuned; cantus generate takes its name like any other, and so does cantus tensorboard its folder.
Ctrl-C stops it at any moment; the same command resumes.`

async function runTune(source: string, flags: Flags): Promise<void> {
  const { report: _report, results, scale, corpus, style, start, json, ...settings } = flags
  const effects = cliEffects()
  const { folders } = await resultsThere({ results, scale, corpus, style }, effects)
  const options = { source, folders, ...settings, ...(start.length > 0 ? { starts: start } : {}) }
  const result = await tuneModel(options, effects)
  const { rows, ...rest } = result
  printResult({ ...rest, last: rows.at(-1) }, json, () => closingLines(result))
}

function closingLines({ run, runFolder, steps, seconds, rows, config }: TuneResult): string {
  const [first, last] = [rows[0], rows.at(-1)]
  const fixed = (value: number | undefined): string => (value ?? NaN).toFixed(2)
  return [
    `run ${run}: ${counted(steps, 'step')} in ${seconds.toFixed(0)} s of a processor`,
    `  reward     ${fixed(first?.total)} -> ${fixed(last?.total)} a step (rules / ${config.c} + log p)`,
    `  rules      ${fixed(first?.theory)} -> ${fixed(last?.theory)}`,
    `  log p      ${fixed(first?.logPrior)} -> ${fixed(last?.logPrior)} nats, cost ${fixed((last?.divergence ?? NaN) / Math.LN2)} bits per step`,
    `  files      ${runFolder}`,
    `  curves     cantus tensorboard ${runFolder}`,
    `  melodies   cantus generate ${run}`,
  ].join('\n')
}

async function runReport(source: string, { seed, json, ...asked }: Flags): Promise<void> {
  const effects = cliEffects()
  const { corpus, style, folders, scale } = await resultsThere(asked, effects)
  const request = { source, corpus, style, folders, ...TUNER_SCALES[scale] }
  const report = await tunerStudy({ ...request, ...(seed === undefined ? {} : { seed }) }, effects)
  printResult(report, json, tunerTable)
}
