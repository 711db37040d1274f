import type { Command } from 'commander'
import { MODEL_NAMES_HELP } from '../generation/findModel.ts'
import { MODE_NAMES, ROOT_NAMES } from '../config/modes.ts'
import { METHODS } from '../tuner/policies.ts'
import { PRESETS } from '../tuner/presets.ts'
import { EXPLORATIONS, tunerDefaults } from '../tuner/tunerConfig.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { collect, parseSeed, positiveNumber, realNumber } from '../support/terminal/optionParsers.ts'
import { type ResultsAsked, resultsThere } from '../study/studyResults.ts'
import { choice, whole, withJson, withResults } from './options.ts'
import { tuneModel, type TuneOptions } from '../study/tuneModel.ts'
import { tunedText } from '../study/text/tunedText.ts'
import { TUNER_SCALES, tunerStudy, tunerTable } from '../study/tunerStudy.ts'
import { printResult } from '../support/terminal/printLines.ts'

interface Flags extends Omit<TuneOptions, 'source' | 'folders' | 'starts'>, ResultsAsked {
  readonly start: string[]
  readonly report?: boolean
  readonly json?: boolean
}

/** `cantus tune RUN` */
export function registerTune(program: Command): void {
  withJson(
    withResults(
      program.command('tune'),
      'scale of the results and of a --report (default: full; with --corpus the largest available)',
      'the results of this folder of music; --report finds copies in it',
    ),
  )
    .description('tune a trained model to rules of composition with reinforcement learning (RL Tuner)')
    .argument('<run>', `the prior, which is not changed: ${MODEL_NAMES_HELP}`)
    .addOption(choice('--method <method>', `learning method (default: ${tunerDefaults.method})`, METHODS))
    .addOption(choice('--preset <rules>', "the rules (default: the paper's, or modal with --mode or --root)", PRESETS))
    .option('--mode <mode>', `${MODE_NAMES.join(', ')}`)
    .option('--root <root>', `${ROOT_NAMES.join(', ')}`)
    .option('--c <c>', 'divisor of the rules: small favours the rules, large the prior', positiveNumber('--c'))
    .option(
      '--discount <d>',
      `discount of future rewards, 0-1 (default: ${tunerDefaults.discount})`,
      realNumber('--discount', 'a number from 0 to 1', (value) => value >= 0 && value <= 1),
    )
    .addOption(whole('--steps <n>', `actions to learn from (default: ${tunerDefaults.steps})`, [1]))
    .addOption(whole('--episode-steps <n>', 'actions per composition', [1]))
    .option('--start <start>', 'empty, or a primer to start from (repeatable)', collect, [])
    .addOption(choice('--exploration <how>', 'how actions are chosen while learning (default: policy)', EXPLORATIONS))
    .option(
      '--learning-rate <rate>',
      `initial learning rate (default: ${tunerDefaults.learningRate})`,
      positiveNumber('--learning-rate'),
    )
    .option('--seed <n>', 'seed of every draw', parseSeed)
    .option('--report', 'tune with every method, measure them all and write report/results/rl-tuner.json')
    .addHelpText('after', TUNE_HELP)
    .action((source: string, flags: Flags) => (flags.report ? runReport(source, flags) : runTune(source, flags)))
}

const TUNE_HELP = `
The run is written to data/runs/tuned; cantus generate accepts its name, cantus tensorboard its folder.
Ctrl-C stops it at any moment; the same command resumes.`

async function runTune(source: string, flags: Flags): Promise<void> {
  const { report: _report, results, scale, corpus, style, start, json, ...settings } = flags
  const effects = cliEffects()
  const { folders } = await resultsThere({ results, scale, corpus, style }, effects)
  const options = { source, folders, ...settings, ...(start.length > 0 ? { starts: start } : {}) }
  const result = await tuneModel(options, effects)
  const { rows, ...rest } = result
  printResult({ ...rest, last: rows.at(-1) }, json, () => tunedText(result))
}

async function runReport(source: string, { seed, json, ...asked }: Flags): Promise<void> {
  const effects = cliEffects()
  const { corpus, style, folders, scale } = await resultsThere(asked, effects)
  const request = { source, corpus, style, folders, ...TUNER_SCALES[scale] }
  const report = await tunerStudy({ ...request, ...(seed === undefined ? {} : { seed }) }, effects)
  printResult(report, json, tunerTable)
}
