import type { Command } from 'commander'
import type { IterationName } from '../config/experimentConfig.ts'
import { ITERATIONS, experiment } from '../config/scales.ts'
import { settingLines } from '../config/settings.ts'
import type { AsJson } from '../study/printFound.ts'
import { resultsThere } from '../study/studyResults.ts'
import { closingLines, secondVoiceText } from '../study/text/trainingText.ts'
import { settingsAsked, type TrainAsked, transferFolders } from '../study/trainAsked.ts'
import { type TrainOptions, trainRun } from '../study/trainRun.ts'
import { secondVoiceAsked } from '../study/voices/secondVoiceAsked.ts'
import { openSecondVoice, trainSecondVoice } from '../study/voices/trainSecondVoice.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { collect, countOfEach, parseSeed } from '../support/terminal/optionParsers.ts'
import { printResult } from '../support/terminal/printLines.ts'
import { choice, scaleOption, settingOption, withJson, withMusic } from './options.ts'

interface Flags extends TrainAsked, AsJson {
  readonly plan?: boolean
  readonly results?: string
}

async function runCommand(flags: Flags, parent?: string): Promise<void> {
  const { set: _set, config: _config, freeze: _freeze, plan, results, json, ...settings } = flags
  const effects = cliEffects()
  const options: TrainOptions = {
    ...settings,
    folders: (await resultsThere({ results }, effects)).folders,
    overrides: await settingsAsked(flags),
    ...(parent !== undefined && { ...transferFolders(flags), parent }),
    ...(plan !== undefined && { planOnly: plan }),
  }
  printResult(await trainRun(options, effects), json, closingLines)
}

/** The model that the report's iterations leave out: it plays with another voice. */
const SECOND_VOICE = '3.3'
const SECOND_VOICE_HELP = `--iteration 3.3 trains the second voice from the published 3.1: smoke learns from the starter set's passages, quick from
Palestrina in the music21 wheel, full from the shared corpora, --corpus DIR from scores of several tracks of your own.`

type SecondVoiceFlags = Omit<Flags, 'iteration'> & { readonly iteration: typeof SECOND_VOICE }

const isSecondVoice = (flags: Flags | SecondVoiceFlags): flags is SecondVoiceFlags => flags.iteration === SECOND_VOICE

async function runSecondVoice({ json, ...flags }: SecondVoiceFlags): Promise<void> {
  const effects = cliEffects()
  const opened = await openSecondVoice(secondVoiceAsked(flags), effects)
  const { rows } = await trainSecondVoice(opened, effects)
  const held = rows.filter(({ kind }) => kind === 'test')
  const best = held.reduce((least, row) => (row.loss < least.loss ? row : least))
  const { run, runFolder, voices } = opened
  const result = { run, runFolder, corpus: voices.corpus, passages: voices.passages.length, best }
  printResult(result, json, secondVoiceText)
}

/** The options that training and transfer share. */
function withSettings(command: Command): Command {
  return withMusic(
    withJson(command),
    'a folder of scores, or one such file, instead of the embedded tunes',
    'a folder of music of one style',
  )
    .addOption(scaleOption('use the steps and data of this scale').default('quick'))
    .option('--seed <n>', "seed of weights, order and dropout (default: the config's)", parseSeed)
    .option(
      '--steps <n>',
      "steps to make, also by the iteration it resumes from (default: the scale's); 2.1=13000,2.2=9000 sets each",
      countOfEach('--steps', ITERATIONS),
    )
    .option('--loose', 'take the top line of polyphonic tracks instead of dropping them as the study did')
    .option('--config <file>', 'a JSON file of settings, by section: {"training": {"learningRate": 0.003}}')
    .addOption(settingOption())
    .option('--freeze <tensor>', 'keep the values of a tensor, or of a layer such as lstm_0 (repeatable)', collect, [])
}

/** What `--set` takes; the values are those of the iteration and scale that the command starts from by default. */
const settingsHelp = (iteration: IterationName): string => `
Settings that --set and --config take, with their values for iteration ${iteration} at the scale quick:
${settingLines(experiment(iteration, 'quick')).join('\n')}

Ctrl-C stops it at any moment; the same command resumes.`

/** `cantus train` and `cantus transfer PARENT` */
export function registerTrain(program: Command): void {
  withSettings(
    program
      .command('train')
      .description('train a model with your own settings, in a new run')
      .addOption(
        choice('--iteration <name>', 'iteration that supplies all other settings; 3.3 is the second voice', [
          ...ITERATIONS,
          SECOND_VOICE,
        ]).default('1'),
      ),
  )
    .addHelpText('after', `\n${SECOND_VOICE_HELP}\n${settingsHelp('1')}`)
    .action((flags: Flags | SecondVoiceFlags) => (isSecondVoice(flags) ? runSecondVoice(flags) : runCommand(flags)))
  withSettings(
    program
      .command('transfer')
      .description('fine-tune a trained model on other music, tensor by tensor')
      .argument(
        '<parent>',
        'an iteration (its published weights), a run (its last weights, with the optimizer), or a checkpoint; NAME@best or NAME@last',
      )
      .addOption(choice('--iteration <name>', 'iteration that supplies all other settings', ITERATIONS).default('2.2'))
      .addOption(
        choice('--optimizer <state>', "keep: Adam keeps the parent's moments; fresh: it starts with none", [
          'keep',
          'fresh',
        ]),
      )
      .option('--plan', 'list which tensors would be restored, skipped and new, without training')
      .option('--results <dir>', "folder of the results with PARENT's iteration, such as data/quick-1a2b3c4d"),
  )
    .addHelpText(
      'after',
      `\nA network that reads notes (3.1) needs --iteration 3.2. Without --style, iterations 2.2 and 3.2 take the folders of --corpus as the style.\n${settingsHelp('2.2')}`,
    )
    .action((parent: string, flags: Flags) => runCommand(flags, parent))
}
