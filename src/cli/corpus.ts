import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Command } from 'commander'
import { SCORE_ENDINGS, scoreFormat, systemFailure } from '../corpus/scoreFormat.ts'
import { tunePaths } from '../dataset/scanCorpus.ts'
import { scoreToMelodies, type ScorePart } from '../dataset/scoreToMelodies.ts'
import type { ExtractionConfig } from '../config/experimentConfig.ts'
import { ignoredText } from '../score/ignoredText.ts'
import { unreadableText } from '../score/unreadableText.ts'
import type { IgnoredChanges } from '../score/noteSequence.ts'
import { AbcConversionError, readAbc, splitTunebook, type AbcTune } from '../score/readAbc.ts'
import { readMidi } from '../score/readMidi.ts'
import { decodeText } from '../score/readScore.ts'
import { counted } from '../support/text/counted.ts'
import type { Effects } from '../support/effects.ts'
import { UserError } from '../support/errors.ts'
import { printLines } from '../support/terminal/printLines.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { inWords, policyOption, registerCorpusBuild } from './corpusBuild.ts'
import { extractionBy, type Policy } from '../study/corpusJob.ts'
import { registerCorpusReport } from './corpusReport.ts'
import { registerCorpusSources } from './corpusSources.ts'

/** What one score gave, part by part. */
interface Explanation {
  readonly path: string
  readonly title: string | null
  readonly mode: string | null
  readonly parts: readonly ScorePart[]
  /** Absent where nothing of the file is ignored. */
  readonly ignored?: IgnoredChanges
  /** `<name>: <message>` when it could not be read. */
  readonly unreadable: string | null
}

/**
 * Reads one file, or one tune of a tunebook (`book.abc#X`), and says track by track what became of it.
 * @throws UserError when there is no such file or tune.
 */
export async function explainFile(
  options: { file: string; policy?: Policy },
  _effects: Effects,
): Promise<Explanation[]> {
  const { file, tune } = locate(options.file)
  const bytes = await readOrExplain(file)
  const extraction = extractionBy(options.policy)
  if (scoreFormat(basename(file)) !== 'abc') {
    return [explainScore({ path: file, title: null, mode: null }, extraction, () => readMidi(bytes))]
  }
  const tunes = tunesOf(file, decodeText(bytes))
  const paths = tunePaths(
    file,
    tunes.map(({ reference }) => String(reference)),
  )
  if (tunes.length === 0) throw new UserError(`${file} has no tune: each begins with a line X: and its number`)
  const chosen = tunes.map((each, n) => ({ each, path: paths[n]! })).filter(({ path }) => !tune || path === tune)
  if (chosen.length === 0)
    throw new UserError(
      `no tune ${tune ?? ''} in ${file}: it has ${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ' …' : ''}`,
    )
  return chosen.map(({ each, path }) =>
    explainScore({ path, title: each.title || null, mode: each.mode }, extraction, () => readAbc(each.abc)),
  )
}

function tunesOf(file: string, text: string): AbcTune[] {
  try {
    return splitTunebook(text)
  } catch (error) {
    if (error instanceof AbcConversionError)
      throw new UserError(`cannot read ${file}: ${unreadableText(error.message)}`)
    throw error
  }
}

/** `book.abc#12` is a tune of `book.abc`. */
function locate(name: string): { file: string; tune: string | null } {
  const hash = name.lastIndexOf('#')
  const file = name.slice(0, hash)
  return hash > 0 && scoreFormat(basename(file)) === 'abc' ? { file, tune: name } : { file: name, tune: null }
}

async function readOrExplain(file: string): Promise<Uint8Array> {
  if (scoreFormat(basename(file)) === null) throw new UserError(`${file} is no ${SCORE_ENDINGS} file`)
  try {
    return await readFile(file)
  } catch (error) {
    throw new UserError(`cannot read ${file} (${systemFailure(error)}): check the path`)
  }
}

function explainScore(
  about: Pick<Explanation, 'path' | 'title' | 'mode'>,
  extraction: ExtractionConfig,
  read: () => Parameters<typeof scoreToMelodies>[0],
): Explanation {
  try {
    const score = read()
    const ignored = score.ignored === undefined ? {} : { ignored: score.ignored }
    return { ...about, parts: scoreToMelodies(score, extraction), ...ignored, unreadable: null }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return { ...about, parts: [], unreadable: `${error.name}: ${error.message}` }
  }
}

function explanationLines({ path, title, mode, parts, ignored, unreadable }: Explanation): string[] {
  const about = [title, mode].filter((each) => each !== null).join(', ')
  const heading = about === '' ? path : `${path} (${about})`
  if (unreadable !== null) return [heading, `  cannot be read: ${unreadableText(unreadable)}`]
  const notices = ignored === undefined ? [] : [`  note: ${ignoredText(ignored)}`]
  return [heading, ...notices, ...parts.flatMap((part, n) => partLines(part, n))]
}

function partLines(part: ScorePart, n: number): string[] {
  const metre = part.stepsPerBar === null ? '' : `, ${counted(part.stepsPerBar, 'step')} per bar`
  return [
    `  part ${n + 1} from ${part.startTimeOffset.toFixed(2)} s${metre}`,
    ...part.melodies.map(({ instrument, startStep, endStep, events }) => {
      const onsets = events.filter((event) => event >= 0).length
      return `    instrument ${instrument}: melody, steps ${startStep}-${endStep}, ${counted(onsets, 'note')}`
    }),
    ...part.dropped.map(({ instrument, reason }) => {
      return `    ${instrument === null ? 'whole part' : `instrument ${instrument}`}: dropped, ${inWords(reason)}`
    }),
  ]
}

/** `cantus corpus list|fetch|card|build|merge|stats|report|explain`. */
export function registerCorpus(program: Command): void {
  const corpus = program.command('corpus').description('the music: fetch it, turn it into melodies, see what fell out')
  registerCorpusSources(corpus)
  registerCorpusBuild(corpus)
  registerCorpusReport(corpus)
  corpus
    .command('explain')
    .description('say track by track why a score gave melodies or none')
    .argument('<file>', 'a MIDI or ABC file, or one tune of a tunebook as book.abc#X')
    .addOption(policyOption())
    .option('--json', 'print a JSON object a score')
    .action(async (file: string, { policy, ...flags }: { json?: boolean; policy: Policy }) => {
      const explained = await explainFile({ file, policy }, cliEffects())
      if (explained.some(({ unreadable }) => unreadable !== null)) process.exitCode = 1
      printLines(flags.json ? explained.map((each) => JSON.stringify(each)) : explained.flatMap(explanationLines))
    })
}
