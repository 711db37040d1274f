import { type Command, Option } from 'commander'
import { SCALES } from '../config/scales.ts'
import { collect } from '../support/terminal/optionParsers.ts'

/** Adds `--results`. */
export const withResultsFolder = (command: Command): Command =>
  command.option(
    '--results <dir>',
    'the results in this folder, such as data/quick or data/quick-1a2b3c4d (cantus reproduce names it at its end)',
  )

/** Adds all that results are found by. */
export const withResults = (command: Command): Command =>
  withResultsFolder(command)
    .addOption(
      new Option('--scale <scale>', 'whose results (default: full; with --corpus the largest there is)').choices(
        SCALES,
      ),
    )
    .option('--corpus <dir>', 'the results of this folder of music (may be given more than once)', collect, [])
    .option('--style <dir>', 'with this folder of the style (may be given more than once)', collect, [])
