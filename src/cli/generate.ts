import type { Command } from 'commander'
import { DIAL_WAYS } from '../config/dial.ts'
import { MAX_CANDIDATES, MAX_STEPS } from '../config/limits.ts'
import { METRE_NAMES } from '../config/metres.ts'
import { MODEL_NAMES_HELP } from '../generation/findModel.ts'
import { PRIMER_NAMES } from '../generation/primers.ts'
import { regenerate } from '../generation/regenerate.ts'
import { DEFAULT_CANDIDATES, MAX_REWRITES } from '../generation/rewriteBars.ts'
import { starterPrimers, starterTitle } from '../generation/starterPrimers.ts'
import { BITRATE, DEFAULT_STEPS, GenerateOptionError, generate } from '../study/generate.ts'
import { type GenerateAsked, generateRequest, parseBars, parseMetre } from '../study/generateAsked.ts'
import { rankMelodies } from '../study/rankMelodies.ts'
import { rankedBy } from '../study/rankedBy.ts'
import { type ResultsAsked, resultsThere } from '../study/studyResults.ts'
import { jsonLine, rankedLines, regeneratedLine, textLine } from '../study/text/generatedText.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { collect, parseSeed, realNumber } from '../support/terminal/optionParsers.ts'
import { printLines, printResult } from '../support/terminal/printLines.ts'
import { choice, whole, withResults } from './options.ts'

const MAX_COUNT = 10_000

const MAX_TEMPERATURE = 100
const temperature = (flag: string) =>
  realNumber(
    flag,
    `a number from 0 (always the likeliest event) to ${MAX_TEMPERATURE}; 1 leaves the model as it is`,
    (value) => value === 0 || (value >= 0.001 && value <= MAX_TEMPERATURE),
  )
const temperatures = (text: string): readonly number[] => text.split(',').map(temperature('--temperature'))
const between = (flag: string, most: number, unit = 'a number') =>
  realNumber(flag, `${unit} from 0 to ${most}`, (value) => value >= 0 && value <= most)
const topP = realNumber('--top-p', 'a number above 0, up to 1', (value) => value > 0 && value <= 1)

/** The options as commander parses them. */
interface CommandOptions extends ResultsAsked, GenerateAsked {
  readonly out?: string
  readonly from?: string
  readonly rank: boolean
  readonly json: boolean
}

const PRIMER_HELP = `
Held-out primers, the first four bars of tunes that no published model was trained on:
${starterPrimers.map((primer) => `  ${primer.choice.padEnd(12)}  ${starterTitle(primer)}`).join('\n')}

Primers from files:
  song.mid                       the first four bars of its first melody
  song.mid#2                     the second melody that "cantus melodies song.mid" lists
  song.mid --bars 5-8            these bars, of the first melody that sounds in them
  song.mid --track 3 --bars 5-8  these bars of track 3, as "cantus inspect song.mid" numbers it
  book.abc#12                    the tune X:12 of a tunebook; book.abc#12#2 is its second melody
Bars may hold changes of tempo, but only one metre, which the melodies keep.`

/** Adds the options of a model between two others. */
const withDial = (command: Command): Command =>
  command
    .option(
      '--style-dial <share>',
      'draw from between two models: 0 is SOURCE alone, 1 the model of --toward alone',
      between('--style-dial', 1),
    )
    .option(
      '--toward <model>',
      'second model of --style-dial (default: what resumes from SOURCE, 2.2 for 2.1 and 3.2 for 3.1)',
    )
    .addOption(
      choice('--dial-by <way>', 'what --style-dial mixes: the weights, or the probabilities of each event', DIAL_WAYS),
    )

/** Adds what melodies can be held to. */
const withControl = (command: Command): Command =>
  command
    .option('--key <key>', 'keep to a key: "D dorian", G or Am, or primer for the one that is found in it')
    .option('--soft-key', 'let some notes lie outside the key')
    .option('--metre <metre>', `${METRE_NAMES.join(', ')} (default: the primer's)`, parseMetre)
    .option(
      '--accent <weight>',
      "hold onsets to the metre's beats: 0 not at all, 5 most (default: 1 with --metre, else 0)",
      between('--accent', 5),
    )
    .option('--keep-rhythm <melody>', 'take onsets and rests from a melody, named as --primer is, or from primer')
    .option('--keep-pitches <melody>', 'take the pitches from a melody, in their order')
    .option('--density <notes>', 'notes per quarter', between('--density', 4, 'notes per quarter'))
    .addOption(whole('--range <semitones>', 'from the lowest to the highest note that is added', [0, 127]))
    .option('--stepwise <share>', 'share of moves of one or two semitones', between('--stepwise', 1, 'a share'))
    .option('--repetition <share>', 'share of notes in motifs that repeat', between('--repetition', 1, 'a share'))

/** Adds the bars to draw again. */
const withRewrite = (command: Command): Command =>
  command
    .option(
      '--rewrite <a-b>',
      'draw these bars of the primer again, the best of --candidates draws, and keep all others; the primer is the whole melody',
      (text) => parseBars(text, '--rewrite'),
    )
    .addOption(
      whole('--candidates <n>', `draws that --rewrite compares by what follows (default: ${DEFAULT_CANDIDATES})`, [
        1,
        MAX_REWRITES,
      ]),
    )

/** Adds how events are drawn. */
const withDecoding = (command: Command): Command =>
  command
    .option(
      '--temperature <t>',
      "below 1 safer, above 1 wilder, 0 always the likeliest event; several, such as .8,1,1.2, give --count melodies each (default: the model's own; the study's is 1)",
      temperatures,
    )
    .option(
      '--rhythm-temperature <t>',
      'the same for lengths alone, by a network that reads notes (default: --temperature)',
      temperature('--rhythm-temperature'),
    )
    .addOption(whole('--top-k <n>', 'draw only from the n likeliest events', [1, 1000]))
    .option('--top-p <p>', 'draw only from the likeliest events that together reach this probability', topP)
    .addOption(whole('--beam-size <n>', 'candidates that beam search keeps', [1, MAX_CANDIDATES]).default(1))
    .addOption(whole('--branch-factor <n>', 'continuations of each candidate', [1, MAX_CANDIDATES]).default(1))
    .addOption(whole('--steps-per-iteration <n>', 'steps between prunings', [1, MAX_STEPS]).default(1))

/** Adds `cantus generate` to the program. */
export function registerGenerate(program: Command): void {
  withControl(withRewrite(withDial(withDecoding(withResults(program.command('generate [source]'))))))
    .summary('continue primers with a trained model, or regenerate a published melody')
    .description(
      'Continues primers with a trained model; each melody is written as MIDI with a sidecar JSON that regenerates it.\n' +
        `SOURCE is ${MODEL_NAMES_HELP}.`,
    )
    .option('--iteration <name>', 'the published model of an iteration: 1, 2.1, 2.2, 3.1 or 3.2')
    .option('--checkpoint <file>', 'a file of weights, or a run folder')
    .option(
      '--primer <primer>',
      `${PRIMER_NAMES.join(', ')}, all; starter:1 to starter:${starterPrimers.length}, starter for all of these; a score's file (its first four bars); or events such as "60,-2,62" (-1 note off, -2 no event); may be repeated (default: onenote)`,
      collect,
    )
    .addOption(whole('--track <n>', 'track of a primer file, as numbered by cantus inspect', [0, 0x7fff * 128]))
    .option('--bars <a-b>', 'bars of a primer file, first and last, such as 1-4', (text) => parseBars(text))
    .addOption(
      whole('--steps <n>', `total steps, including the primer and what is appended to it (default: ${DEFAULT_STEPS})`, [
        2,
        MAX_STEPS,
      ]),
    )
    .addOption(whole('--new-steps <n>', 'steps to add, instead of --steps', [1, MAX_STEPS]))
    .option('--seed <n>', 'each melody derives its own seed from it', parseSeed, 1)
    .addOption(whole('--count <n>', 'melodies per primer', [1, MAX_COUNT]).default(1))
    .addOption(
      choice(
        '--engine <engine>',
        'portable: the same melody on every machine; native: several times faster for many melodies or beams',
        ['portable', 'native'],
      ).default('portable'),
    )
    .option('--out <path>', 'folder to write to (default: generated); with --from the file or folder')
    .option('--mp3', `also write each melody as MP3 (${BITRATE} kbit/s) beside its MIDI file`, false)
    .option('--appendix', 'append them (default: as with the melodies that the model is published with)')
    .option('--no-appendix', 'do not append the note-off and hold that Magenta appends to the primer')
    .option('--force', 'overwrite other melodies of the same name', false)
    .option('--from <sidecar>', 'regenerate the MIDI file of this sidecar JSON, byte for byte')
    .option(
      '--rank',
      "print one table, the melody nearest to people's medians first, and flag those that are degenerate",
      false,
    )
    .option('--json', 'print one line of JSON per melody', false)
    .addHelpText('after', PRIMER_HELP)
    .action(async (source: string | undefined, options: CommandOptions, command: Command) => {
      if (options.from !== undefined) return runFrom(options.from, source, options, command)
      return runGenerate(source, options)
    })
}

async function runGenerate(source: string | undefined, options: CommandOptions): Promise<void> {
  const { json, out = 'generated', rank } = options
  const request = { ...generateRequest(options), out, ...(source !== undefined && { source }) }
  const effects = cliEffects()
  const { folders } = await resultsThere(options, effects)
  const written = await generate({ ...request, folders }, effects)
  const by = rank ? await rankedBy(written[0]?.sidecar.iteration ?? null, folders, effects) : null
  printLines(by === null ? written.map(json ? jsonLine : textLine) : rankedLines(rankMelodies(written, by), json))
}

/** Options that change nothing about a melody that a sidecar describes. */
const WITH_FROM = new Set(['from', 'out', 'checkpoint', 'results', 'json'])

async function runFrom(
  sidecar: string,
  source: string | undefined,
  { out, checkpoint, results, json }: CommandOptions,
  command: Command,
): Promise<void> {
  const others = Object.keys(command.opts()).filter(
    (name) => !WITH_FROM.has(name) && command.getOptionValueSource(name) === 'cli',
  )
  if (source !== undefined || others.length > 0) {
    const extra = source ?? command.options.find((option) => option.attributeName() === others[0])?.long ?? others[0]
    throw new GenerateOptionError(`--from takes all settings from the sidecar: leave out ${extra}`)
  }
  const result = await regenerate(sidecar, {
    root: (await resultsThere({ results }, cliEffects())).folders.root,
    ...(out !== undefined && { out }),
    ...(checkpoint !== undefined && { checkpoint }),
  })
  printResult({ file: result.path, ...result }, json, regeneratedLine)
}
