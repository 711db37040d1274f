import { type Command, Option } from 'commander'
import { SCALES } from '../config/scales.ts'
import { type Overrides, parseSetting } from '../config/overrides.ts'
import { collect, parseSeed, wholeNumber } from '../support/terminal/optionParsers.ts'

/** An option that takes one of some words. */
export const choice = (flags: string, text: string, words: readonly string[]): Option =>
  new Option(flags, text).choices(words)

/** An option that takes a whole number from the first bound to the second. */
export const whole = (flags: string, text: string, [from, to]: readonly [number, number?]): Option =>
  new Option(flags, text).argParser(wholeNumber(flags.replace(/ .*/, ''), from, to))

/** `--scale`, without a default. */
export const scaleOption = (text: string): Option => choice('--scale <scale>', text, SCALES)

/** Adds `--corpus` and `--style`, which may be given several times each. */
export const withMusic = (command: Command, corpus: string, style: string): Command =>
  command
    .option('--corpus <dir>', `${corpus} (repeatable)`, collect, [])
    .option('--style <dir>', `${style} (repeatable)`, collect, [])

/** Adds `--json`. */
export const withJson = (command: Command, text = 'print the result as one JSON object'): Command =>
  command.option('--json', text)

/** Adds `--results`. */
export const withResultsFolder = (command: Command): Command =>
  command.option(
    '--results <dir>',
    'folder of the results, such as data/quick or data/quick-1a2b3c4d (cantus reproduce prints it when done)',
  )

/** Adds all that results are found by. */
export const withResults = (
  command: Command,
  scale = 'scale of the results (default: full; with --corpus the largest available)',
  corpus = 'the results of this folder of music',
): Command =>
  withMusic(withResultsFolder(command).addOption(scaleOption(scale)), corpus, 'with this folder of the style')

/** `--set`, which may be given several times. */
export const settingOption = (): Option =>
  new Option(
    '--set <setting=value>',
    'one setting, such as model.encoding=lookback or training.patience=5 (repeatable)',
  )
    .argParser((text: string, earlier: readonly Overrides[]) => [...earlier, parseSetting(text)])
    .default([])

/** Adds what changes the trainings of notebooks. */
export const withTrainings = (command: Command): Command =>
  command
    .option('--seed <n>', "with --scale: seed of weights, order, dropout and draws (default: the config's)", parseSeed)
    .addOption(whole('--steps <n>', "with --scale: steps of each training (default: the scale's)", [1]))
    .addOption(settingOption())

/** What `--corpus` means to notebooks. */
export const MUSIC = 'a folder of music, whose results the cells read or make'
