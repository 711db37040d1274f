import type { Command, Option } from 'commander'
import type { StudyIterationName } from '../config/experimentConfig.ts'
import { STUDY_ITERATIONS } from '../config/scales.ts'
import { type CorpusRequest, buildCorpus, buildShard, mergeCorpus } from '../dataset/buildDataset.ts'
import { type ConversionOptions, defaultConversion } from '../dataset/convertAll.ts'
import { parseShard } from '../dataset/shard.ts'
import { type PolyphonyPolicy, corpusJob } from '../study/corpusJob.ts'
import { buildPart } from '../study/corpusPart.ts'
import { corpusStats } from '../study/corpusStats.ts'
import { builtLines, partLines, statsLines } from '../study/text/corpusStatsText.ts'
import { studyFolders } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { printLines } from '../support/terminal/printLines.ts'
import { counted } from '../support/text/counted.ts'
import { choice, whole, withJson, withMusic } from './options.ts'

/** Adds the music that corpora are made of. */
export const withScores = (command: Command): Command =>
  withMusic(
    command,
    'a folder of scores (MIDI, ABC, MusicXML, NoteSequences), or one such file, in place of the embedded tunes',
    'a folder of scores in the style to transfer to',
  )

function withCorpus(command: Command): Command {
  return withJson(withScores(command))
}

/** `--policy strict|loose`. */
export const policyOption = (): Option =>
  choice('--policy <policy>', 'tracks with two notes at once: drop them (strict) or keep their top line (loose)', [
    'strict',
    'loose',
  ]).default('strict')

const MOST_THREADS = 64

const threadsOption = (): Option =>
  whole(
    '--threads <n>',
    `worker threads; the result is the same for any number (default: ${defaultConversion.threads})`,
    [1, MOST_THREADS],
  )

function conversionOf({ threads }: Flags): ConversionOptions {
  return threads === undefined ? defaultConversion : { ...defaultConversion, threads }
}

interface Flags extends CorpusRequest {
  readonly json?: boolean
  readonly policy?: PolyphonyPolicy
  readonly shard?: string
  readonly iteration?: StudyIterationName
  readonly threads?: number
}

async function build(flags: Flags, how: typeof buildCorpus): Promise<void> {
  const { kinship: _kinship, ...built } = await how(
    corpusJob({ ...flags, folders: studyFolders() }),
    cliEffects(),
    conversionOf(flags),
  )
  printLines(flags.json ? [JSON.stringify(built)] : builtLines(built))
}

async function buildOneShard(flags: Flags, text: string): Promise<void> {
  const job = corpusJob({ ...flags, folders: studyFolders() })
  const scores = await buildShard(job, parseShard(text), cliEffects(), conversionOf(flags))
  printLines([
    flags.json ? JSON.stringify({ shard: text, scores }) : `shard ${text}: ${counted(scores, 'score')} converted`,
  ])
}

async function buildOnePart(flags: Flags, iteration: StudyIterationName): Promise<void> {
  const part = await buildPart({ ...flags, iteration, folders: studyFolders() }, cliEffects(), conversionOf(flags))
  printLines(flags.json ? [JSON.stringify(part)] : partLines(part))
}

/** `cantus corpus build|merge|stats`. */
export function registerCorpusBuild(corpus: Command): void {
  withCorpus(
    corpus.command('build').description('turn every score into melodies, on every core; resumes where it stopped'),
  )
    .addOption(policyOption())
    .addOption(
      choice(
        '--iteration <name>',
        'write the data set of one iteration: files, melodies and split list',
        STUDY_ITERATIONS,
      ).conflicts('shard'),
    )
    .addOption(threadsOption())
    .option('--shard <i/n>', 'convert only the i-th of n parts; run corpus merge when all are done')
    .action((flags: Flags) => {
      if (flags.iteration !== undefined) return buildOnePart(flags, flags.iteration)
      return flags.shard === undefined ? build(flags, buildCorpus) : buildOneShard(flags, flags.shard)
    })
  withCorpus(corpus.command('merge').description('merge the shards into the same bytes as one build'))
    .addOption(policyOption())
    .addOption(threadsOption())
    .action((flags: Flags) => build(flags, mergeCorpus))
  withCorpus(
    corpus
      .command('stats')
      .description('count files, readable files, melodies and drop reasons by source (both policies, if built)'),
  ).action(async (flags: Flags) => {
    const stats = await corpusStats({ ...flags, folders: studyFolders() }, cliEffects())
    printLines(flags.json ? [JSON.stringify(stats)] : statsLines(stats))
  })
}
