import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { melodySetHashes } from '../dataset/melodySet.js'
import { evaluate } from '../evaluation/numerical.js'
import { findModel, trainedOnBeside } from '../generation/findModel.js'
import type { IterationName, Scale } from '../iterations/experimentConfig.js'
import { merged, type Overrides, parseSetting } from '../iterations/overrides.js'
import { ITERATIONS, SCALES } from '../iterations/scales.js'
import { type Checkpoint, loadWeights, modelWeights } from '../model/checkpoint.js'
import type { Effects } from '../support/effects.js'
import { UserError } from '../support/errors.js'
import { type StudyFolders, studyFolders } from '../support/projectRoot.js'
import type { Metrics } from '../training/metrics.js'
import { runFiles } from '../training/runDirectory.js'
import { describePlan, planTransfer, type TensorTransfer } from '../training/transfer.js'
import { cliEffects } from './cliEffects.js'
import { fixed } from './reproduceCommand.js'
import { type IterationOptions, openIteration, type StepsAsked, trainIteration, type WarmStart } from './reproduce.js'
import { collect, parseSeed, parseSteps } from './optionParsers.js'

/** A training of one's own: an iteration's settings, some of them changed, on the music one names. */
export interface TrainOptions extends Omit<IterationOptions, 'folders'> {
  readonly folders?: StudyFolders
  /** Weights to go on from: an iteration, a run, or a checkpoint's file; absent = as the iteration says. */
  readonly parent?: string
  /** With a parent: whether Adam goes on with the parent's moments. */
  readonly optimizer?: 'keep' | 'fresh'
  /** Says what a transfer would restore, and trains nothing. */
  readonly planOnly?: boolean
}

export interface TrainResult {
  /** Name of the run; `cantus generate` takes it. */
  readonly run: string
  readonly runFolder: string
  readonly step: number
  /** Of a transfer: what became of each tensor; null otherwise. */
  readonly transfer: readonly TensorTransfer[] | null
  /** On the test side; null where only the plan was asked for. */
  readonly test: Metrics | null
}

/**
 * Trains what the options say in a run of its own under `data/runs`; nothing is published. The same call goes on where an
 * earlier one stopped.
 * @throws UserError on a setting, a corpus or a parent that will not do; InterruptedError.
 */
export async function trainRun(options: TrainOptions, effects: Effects): Promise<TrainResult> {
  const folders = options.folders ?? studyFolders()
  const parent = options.parent === undefined ? null : await openParent(options.parent, folders)
  const hasOptimizer = parent !== null && parent.checkpoint.adam !== null
  if (parent !== null && options.optimizer === 'keep' && !hasOptimizer)
    throw new UserError(
      `${options.parent} holds weights without an optimizer: --optimizer fresh, or name a run's checkpoint`,
    )
  const warmStart = parent && { ...parent, optimizerState: hasOptimizer && options.optimizer !== 'fresh' }
  const opened = await openIteration({ ...options, folders, ...(warmStart ? { warmStart } : {}) }, effects)
  const { run, runFolder, config } = opened
  const transfer = parent === null ? null : planTransfer(parent.checkpoint, config.model, config.training.freeze)
  if (options.planOnly) return { run, runFolder, step: 0, transfer, test: null }
  const { checkpoint } = await trainIteration(opened, effects)
  const events = opened.part.test.map((row) => row.events)
  const test = await evaluate(checkpoint.spec, modelWeights(checkpoint), events, effects)
  return { run, runFolder, step: stepOf(checkpoint), transfer, test }
}

async function openParent(source: string, folders: StudyFolders): Promise<Omit<WarmStart, 'optimizerState'>> {
  const path = await findModel({ source }, folders)
  const list = trainedOnBeside(path)
  return { ...(await loadWeights(path)), seen: list === null ? null : melodySetHashes(await readFile(list), list) }
}

const stepOf = ({ state }: Checkpoint): number => state['step'] as number

interface Flags {
  iteration: IterationName
  scale: Scale
  corpus: string[]
  style: string[]
  seed?: number
  steps?: StepsAsked
  loose?: boolean
  set: Overrides[]
  config?: string
  optimizer?: 'keep' | 'fresh'
  freeze: string[]
  plan?: boolean
  json?: boolean
}

async function settingsOf({ config, set, freeze }: Flags): Promise<Overrides> {
  const frozen = freeze.length > 0 ? [{ training: { freeze } }] : []
  return merged([...(config === undefined ? [] : [await readSettings(config)]), ...set, ...frozen])
}

async function readSettings(path: string): Promise<Overrides> {
  if (!existsSync(path)) throw new UserError(`no file ${path}: --config takes a JSON file of settings`)
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Overrides
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new UserError(`${path} is not JSON: ${error.message}`, { cause: error })
  }
}

/**
 * A transfer to music of one's own: without a style folder, the corpus is the style. Other iterations learn no style, and
 * take their folders as they are.
 */
export function transferFolders({ iteration, corpus, style }: Pick<Flags, 'iteration' | 'corpus' | 'style'>): {
  readonly corpus: readonly string[]
  readonly style: readonly string[]
} {
  const isToCorpus = iteration === '2.2' && style.length === 0
  return isToCorpus ? { corpus, style: corpus } : { corpus, style }
}

async function runCommand(flags: Flags, parent?: string): Promise<void> {
  const { iteration, scale, seed, steps, loose, optimizer, plan, json } = flags
  const { corpus, style } = parent === undefined ? flags : transferFolders(flags)
  const result = await trainRun(
    {
      ...{ iteration, scale, corpus, style, overrides: await settingsOf(flags) },
      ...(seed === undefined ? {} : { seed }),
      ...(steps === undefined ? {} : { steps }),
      ...(loose === undefined ? {} : { loose }),
      ...(parent === undefined ? {} : { parent }),
      ...(optimizer === undefined ? {} : { optimizer }),
      ...(plan === undefined ? {} : { planOnly: plan }),
    },
    cliEffects(),
  )
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : closingLines(result))
}

function closingLines({ run, runFolder, step, transfer, test }: TrainResult): string {
  if (test === null) return `${describePlan(transfer ?? []).join('\n')}\n`
  return [
    `run ${run}, step ${step}`,
    `  test       loss ${fixed(test.loss)} nats a step, accuracy ${fixed(test.accuracy)}, event accuracy ${fixed(test.eventAccuracy)}`,
    `  files      ${runFolder}`,
    `  metrics    ${runFiles(runFolder).metricsParquet}`,
    `  curves     cantus tensorboard ${runFolder}`,
    `  melodies   cantus generate ${run}`,
    `  elsewhere  cantus export ${run}`,
    '',
  ].join('\n')
}

/** The options that training and transfer share. */
function withSettings(command: Command): Command {
  return command
    .addOption(new Option('--scale <scale>', 'settings to start from').choices(SCALES).default('quick'))
    .option(
      '--corpus <dir>',
      'a folder of MIDI or ABC files instead of the embedded tunes (may be given more than once)',
      collect,
      [],
    )
    .option('--style <dir>', 'a folder of music of one style (may be given more than once)', collect, [])
    .option('--seed <n>', "seed of weights, order and dropout (default: the config's)", parseSeed)
    .option(
      '--steps <n>',
      "steps to make, also of the iteration it goes on from (default: the scale's); 2.1=13000,2.2=9000 for each",
      parseSteps,
    )
    .option('--loose', 'take the top line of a polyphonic track; else it is dropped, as in the study')
    .option('--config <file>', 'a JSON file of settings, by section: {"training": {"learningRate": 0.003}}')
    .option(
      '--set <setting=value>',
      'one setting, such as model.encoding=lookback or training.patience=5 (may be given more than once)',
      (text: string, earlier: Overrides[]) => [...earlier, parseSetting(text)],
      [],
    )
    .option(
      '--freeze <tensor>',
      'a tensor, or a layer such as lstm_0, that keeps its values (may be given more than once)',
      collect,
      [],
    )
    .option('--json', 'print the result as one JSON object')
}

const SETTINGS_HELP = `
Settings (an iteration's files in src/iterations say what each means):
  model      encoding (mono, basic, lookback, attention), layerSizes, attentionLength, residual
  training   steps, batchSize, workers, accumulate, window, learningRate, schedule, keepProbability, clipNorm, clip,
             averaging, patience, freeze, logEvery, evaluateEvery, evaluateAll, checkpointEvery
  data       part, extraction, split, maxMelodiesPerFile, weights, transpositions

Ctrl-C stops it at any moment; the same command goes on where it stopped.`

/** `cantus train` and `cantus transfer PARENT` */
export function registerTrain(program: Command): void {
  withSettings(
    program
      .command('train')
      .description('train a model with settings of your own, in a run of its own')
      .addOption(new Option('--iteration <name>', 'settings to start from').choices(ITERATIONS).default('1')),
  )
    .addHelpText('after', SETTINGS_HELP)
    .action((flags: Flags) => runCommand(flags))
  withSettings(
    program
      .command('transfer')
      .description('go on from the weights of another model, tensor by tensor, on other music')
      .argument('<parent>', 'an iteration, a run, or a checkpoint')
      .addOption(new Option('--iteration <name>', 'settings to start from').choices(ITERATIONS).default('2.2'))
      .addOption(
        new Option(
          '--optimizer <state>',
          "keep: Adam goes on with the parent's moments; fresh: it starts anew",
        ).choices(['keep', 'fresh']),
      )
      .option('--plan', 'say which tensors would be restored, skipped and new, and train nothing'),
  )
    .addHelpText(
      'after',
      `\nWithout --style, iteration 2.2 takes the folders of --corpus as the style.\n${SETTINGS_HELP}`,
    )
    .action((parent: string, flags: Flags) => runCommand(flags, parent))
}
