import { type Command, InvalidArgumentError } from 'commander'
import {
  DUET_CLOCKS,
  DUET_SETTINGS,
  DUET_SIDES,
  type DuetClock,
  type DuetSettings,
  type DuetSide,
} from '../duet/partner.ts'
import { DUET_MODES, type DuetMode } from '../config/duetModes.ts'
import { type MadeDuet, makeDuet } from '../study/voices/makeDuet.ts'
import { UserError } from '../support/errors.ts'
import { studyFolders } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { parseSeed } from '../support/terminal/optionParsers.ts'
import { printResult } from '../support/terminal/printLines.ts'
import { printable } from '../support/text/printable.ts'
import { counted } from '../support/text/counted.ts'
import { choice, whole, withJson } from './options.ts'

interface Flags {
  readonly model: string
  readonly mode: DuetMode
  readonly lambda: number
  readonly clock: DuetClock
  readonly temperature: number
  readonly topP: number
  readonly side: DuetSide
  readonly lowest: number
  readonly highest: number
  readonly leastSteps: number
  readonly octaves?: true
  readonly avoidParallels?: true
  readonly adapt?: true
  readonly track?: number
  readonly seed: number
  readonly out: string
  readonly json?: boolean
}

/** A number from the least to the most. */
const between = (least: number, most: number) => (text: string) => {
  const value = Number(text)
  if (text.trim() !== '' && value >= least && value <= most) return value
  throw new InvalidArgumentError(`expected a number from ${least} to ${most}, got ${text}`)
}

const HELP = `
Modes: free plays what the network has learnt; parallel and contrary move with or against the performer's move, their delayed kin
with the move before; third-below and the like keep that interval in the running mode. --lambda weighs the rules: 0 leaves them out.
At once, the partner hears a note that begins on its own step; committed, it decides from the steps before.`

/** `cantus duet PERFORMER`. */
export function registerDuet(program: Command): void {
  withJson(program.command('duet'))
    .description('play with a performer from a file: MIDI of two tracks, and a sidecar that describes it')
    .argument(
      '<performer>',
      'the file of a score; or a sidecar of an earlier duet, which is played again by its own settings',
    )
    .option('--model <name>', 'a second voice: 3.3, a run of "cantus train --iteration 3.3", or its file', '3.3')
    .addOption(choice('--mode <mode>', 'how the partner answers', DUET_MODES).default('free'))
    .option('--lambda <weight>', 'weight of the rules, 0 to 20', between(0, 20), DUET_SETTINGS.lambda)
    .addOption(choice('--clock <clock>', 'when the partner decides', DUET_CLOCKS).default('at-once'))
    .option('--temperature <t>', 'above 1 bolder, below 1 safer', between(0.05, 10), DUET_SETTINGS.temperature)
    .option(
      '--top-p <share>',
      'draw notes from the likeliest pitches that make this share',
      between(0.05, 1),
      DUET_SETTINGS.topP,
    )
    .addOption(
      choice('--side <side>', 'where it stays beside the performer, in the mode free', DUET_SIDES).default('below'),
    )
    .addOption(whole('--lowest <pitch>', "the partner's lowest MIDI pitch", [0, 127]).default(DUET_SETTINGS.range[0]))
    .addOption(whole('--highest <pitch>', "the partner's highest MIDI pitch", [0, 127]).default(DUET_SETTINGS.range[1]))
    .addOption(whole('--least-steps <n>', 'sixteenths below which its notes count as short', [1, 64]).default(1))
    .option('--octaves', 'an octave more or less is as good for the rules')
    .option('--avoid-parallels', 'hold parallel fifths and octaves against a note')
    .option('--adapt', 'choose the mode of each bar by whether the performer goes on')
    .addOption(whole('--track <n>', 'the track that performs, as cantus inspect numbers it', [0]))
    .option('--seed <n>', 'seed of the draws', parseSeed, 1)
    .option('--out <dir>', 'folder of the files', 'generated')
    .addHelpText('after', HELP)
    .action(playFrom)
}

async function playFrom(performer: string, flags: Flags): Promise<void> {
  const { model, seed, out, track, json } = flags
  const made = await makeDuet(
    {
      ...{ performer, model, settings: settingsOf(flags), seed, out, adapt: flags.adapt ?? false },
      ...{ folders: studyFolders(), ...(track !== undefined && { track }) },
    },
    cliEffects(),
  )
  printResult({ file: made.path, ...made.sidecar }, json, () => lineOf(made))
}

function settingsOf({
  mode,
  lambda,
  clock,
  temperature,
  topP,
  side,
  lowest,
  highest,
  ...flags
}: Flags): Partial<DuetSettings> {
  if (lowest > highest - 12)
    throw new UserError(`--lowest ${lowest} and --highest ${highest}: give the partner at least an octave`)
  const { leastSteps, octaves = false, avoidParallels: noParallels = false } = flags
  return { mode, lambda, clock, temperature, topP, side, range: [lowest, highest], leastSteps, octaves, noParallels }
}

function lineOf({ path, sidecar: { heard, played, stepsPerBar } }: MadeDuet): string {
  const notes = (events: readonly number[]): string => counted(events.filter((event) => event >= 0).length, 'note')
  return `${printable(path)}  ${counted(heard.length / stepsPerBar, 'bar')}: performer ${notes(heard)}, partner ${notes(played)}`
}
