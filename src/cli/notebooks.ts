import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { type Command, Option } from 'commander'
import type { Scale } from '../config/experimentConfig.ts'
import { SCALES } from '../config/scales.ts'
import { createFolder } from '../support/createFolder.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError, UserError } from '../support/errors.ts'
import { namesIn } from '../support/namesIn.ts'
import { projectRoot, requireCheckout, type StudyFolders, studyFolders } from '../support/projectRoot.ts'
import type { ProgressBar } from '../support/progress.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { type NotebookRequest, requestEnvironment } from '../notebook/notebookRequest.ts'
import { collect, parseSeed, wholeNumber } from '../support/terminal/optionParsers.ts'
import { type ResultsAsked, resultsThere, resultsToMake, type StudyResults } from '../study/studyResults.ts'
import { withResultsFolder } from '../study/resultsOptions.ts'
import { printResult } from '../support/terminal/printLines.ts'

export interface NotebooksOptions extends Partial<NotebookRequest> {
  readonly scale: Scale
  /** Whether cells may train; else they read the results published at `folders`. */
  readonly train?: boolean
  /** Notebooks by name, with or without `.ipynb`; empty or absent = all of them, in order. */
  readonly names?: readonly string[]
  /** Longest a cell may take; absent = by scale. */
  readonly cellSeconds?: number
  /** How long after its reply a cell's end may be announced; output in great quantity delays it. 60 unless told. */
  readonly idleSeconds?: number
  /** Where results and data lie; the notebooks read and write the same. */
  readonly folders?: StudyFolders
  /** Folder of the notebooks, also their kernels' working directory. */
  readonly source?: string
}

export interface ExecutedNotebook {
  readonly name: string
  readonly seconds: number
  /** The executed copy, with its outputs. */
  readonly path: string
}

/** A notebook failed; the message names it, the cell and the cell's first line. */
export class NotebookError extends UserError {
  override readonly name = 'NotebookError'
  override readonly exitCode = 1
}

/** A cell may train: minutes at quick scale, days at the study's. */
const CELL_SECONDS: Readonly<Record<Scale, number>> = { smoke: 600, quick: 3600, full: 14 * 86_400 }

/** Executed copies lie beside the results they show. */
export const executedFolder = ({ root }: Pick<StudyFolders, 'root'>): string => join(root, 'report', 'notebooks')

export interface Failure {
  readonly what: string
  readonly message: string
  /** The n-th code cell; null when the notebook as a whole failed. */
  readonly cell: number | null
  readonly id: string | null
  readonly firstLine: string | null
}

/** What `scripts/notebooks.py` says, a line each. */
type RunnerEvent = { readonly notebook: string } & (
  | { readonly event: 'start'; readonly total: number }
  | { readonly event: 'cell'; readonly done: number; readonly total: number }
  | { readonly event: 'stopped'; readonly seconds: number }
  | { readonly event: 'end'; readonly seconds: number; readonly path: string; readonly failure: Failure | null }
)

/**
 * Executes notebooks headless, one after the other, and writes copies with their outputs: `executedFolder`.
 * @throws NotebookError at the first that fails: a cell that throws or takes too long, a rejection nobody handled, a
 * kernel that is lost. InterruptedError when the signal stopped it.
 */
export async function runNotebooks(options: NotebooksOptions, effects: Effects): Promise<ExecutedNotebook[]> {
  const folders = options.folders ?? studyFolders(process.env, options.scale)
  const source = options.source ?? join(projectRoot, 'notebooks')
  const python = venvProgram('python')
  const out = executedFolder(folders)
  createFolder(out)
  const failures = join(out, '.failures.jsonl')
  const request = {
    notebooks: await findNotebooks(source, options.names ?? []),
    out,
    folder: source,
    cellSeconds: options.cellSeconds ?? CELL_SECONDS[options.scale],
    idleSeconds: options.idleSeconds ?? 60,
    failures,
  }
  try {
    return await follow(python, request, environment(options, folders), effects)
  } finally {
    await rm(failures, { force: true })
  }
}

function environment(options: NotebooksOptions, folders: StudyFolders): NodeJS.ProcessEnv {
  const { scale, train = false, corpus = [], style = [], seed } = options
  return {
    ...process.env,
    ...requestEnvironment({ scale, train, corpus, style, ...(seed === undefined ? {} : { seed }) }),
    CANTUS_OUT: folders.root,
    CANTUS_DATA: folders.data,
    PYTHONUNBUFFERED: '1',
    // Kernels of other environments do not matter here, and the history of this one is nobody's.
    JUPYTER_PREFER_ENV_PATH: '1',
  }
}

/** A program of the Python environment. @throws UserError where set-up has not made it, as outside a checkout. */
export function venvProgram(name: string): string {
  requireCheckout('this command')
  const path = join(projectRoot, '.venv', process.platform === 'win32' ? `Scripts/${name}.exe` : `bin/${name}`)
  if (!existsSync(path)) throw new UserError(`${relative(projectRoot, path)} is missing: npm run setup installs it`)
  return path
}

async function findNotebooks(source: string, names: readonly string[]): Promise<string[]> {
  const all = await namesIn(source, '.ipynb')
  const wanted = names.map((name) => (name.endsWith('.ipynb') ? name : `${name}.ipynb`))
  const unknown = wanted.find((file) => !all.includes(file))
  if (unknown !== undefined)
    throw new UserError(`no notebook ${unknown.replace('.ipynb', '')}: choose ${all.map(stem).join(', ')}`)
  return (wanted.length > 0 ? all.filter((file) => wanted.includes(file)) : all).map((file) => join(source, file))
}

const stem = (file: string): string => file.replace(/\.ipynb$/, '')

/** Runs the runner, shows what it says, and ends as it ended. */
async function follow(
  python: string,
  request: object,
  env: NodeJS.ProcessEnv,
  effects: Effects,
): Promise<ExecutedNotebook[]> {
  const script = join(projectRoot, 'scripts', 'notebooks.py')
  const child = spawn(python, [script], { env, stdio: ['pipe', 'pipe', 'pipe'] })
  // It reads the request as one line; that the pipe closes tells it that this process is gone.
  child.stdin.on('error', () => undefined)
  child.stdin.write(`${JSON.stringify(request)}\n`)
  const stop = (): void => void child.kill('SIGINT')
  effects.signal.addEventListener('abort', stop, { once: true })
  if (effects.signal.aborted) stop()
  let complaints = ''
  child.stderr.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString()).slice(-4000)))
  const ended = new Promise<number>((done, fail) => {
    child.on('error', fail)
    child.on('close', (status, signal) => done(status ?? (signal === null ? 1 : 130)))
  })
  try {
    const outcome = await readEvents(createInterface({ input: child.stdout }), effects)
    const status = await ended
    if (effects.signal.aborted || status === 130)
      throw new InterruptedError('notebooks stopped; the same command goes on')
    if (outcome.failed !== null) throw outcome.failed
    if (status !== 0) throw new Error(`scripts/notebooks.py ended with ${status}:\n${complaints}`)
    return outcome.executed
  } finally {
    effects.signal.removeEventListener('abort', stop)
    child.stdin.end()
  }
}

async function readEvents(
  lines: AsyncIterable<string>,
  effects: Effects,
): Promise<{ executed: ExecutedNotebook[]; failed: NotebookError | null }> {
  const executed: ExecutedNotebook[] = []
  let failed: NotebookError | null = null
  let bar: ProgressBar | null = null
  for await (const line of lines) {
    const event = JSON.parse(line) as RunnerEvent
    if (event.event === 'start') bar = effects.reporter.bar(event.notebook, event.total, 'cells')
    if (event.event === 'cell') bar?.update(event.done)
    if (event.event === 'stopped') bar?.stop()
    if (event.event !== 'end') continue
    bar?.stop()
    const { notebook: name, seconds, path, failure } = event
    if (failure !== null) failed = new NotebookError(describeFailure(name, failure, path))
    else {
      executed.push({ name, seconds, path })
      effects.reporter.line(`  ${name.padEnd(18)} ${seconds.toFixed(1).padStart(7)} s`)
    }
  }
  return { executed, failed }
}

/** Lines of a kernel's message that lead into its own machinery say nothing to a reader. */
function ownLines(message: string): string {
  const lines = message.split('\n').filter((line) => !/^\s+at |^evalmachine|^\s*\^?\s*$/.test(line))
  return lines.slice(0, 8).join('\n    ')
}

/**
 * One failure in words.
 * @example describeFailure('1-corpus', { what: 'failed', cell: 2, firstLine: 'f()', … }, path) // 'notebook 1-corpus, code cell 2 (`f()`) failed: …'
 */
export function describeFailure(name: string, failure: Failure, path: string): string {
  const cell = failure.cell === null ? '' : `, code cell ${failure.cell} (\`${failure.firstLine ?? ''}\`)`
  return `notebook ${name}${cell} ${failure.what}: ${ownLines(failure.message)}\n  Its outputs so far: ${relative(process.cwd(), path) || path}`
}

/** What notebooks are opened with: a scale asks their cells to train, else they read results. */
export async function notebookResults(
  { results, scale, ...music }: ResultsAsked,
  effects: Effects,
): Promise<StudyResults & { readonly train: boolean }> {
  if (scale === undefined || results !== undefined)
    return { ...(await resultsThere({ results, scale, ...music }, effects)), train: false }
  return { ...(await resultsToMake({ scale, ...music }, effects)), train: true }
}

interface CommandLine extends Omit<NotebooksOptions, 'names' | 'scale' | 'folders' | 'corpus' | 'style'>, ResultsAsked {
  readonly json?: boolean
}

async function runCommand(names: string[], line: CommandLine): Promise<void> {
  const { json = false, results, scale, corpus, style, ...options } = line
  const effects = cliEffects()
  const shown = await notebookResults({ results, scale, corpus, style }, effects)
  const executed = await runNotebooks({ ...options, ...shown, names }, effects)
  printResult(executed, json, (all) => all.map(({ path }) => relative(process.cwd(), path)).join('\n'))
}

export function registerNotebooks(program: Command): void {
  withResultsFolder(program.command('notebooks'))
    .description(
      'execute the notebooks headless; they read the published study, or train at a scale; copies with their outputs: report/notebooks/ beside the results',
    )
    .argument('[names...]', 'notebooks, such as 1-corpus (default: all, in order)')
    .addOption(new Option('--scale <scale>', 'train at this scale what is not trained yet').choices([...SCALES]))
    .option('--corpus <dir>', 'a folder of music, whose results the cells read or make (repeatable)', collect, [])
    .option('--style <dir>', 'a folder of the style of iteration 2.2 (repeatable)', collect, [])
    .option('--seed <n>', "seed of the study (default: the config's)", parseSeed)
    .option('--cell-seconds <n>', 'longest a cell may take (default: by scale)', wholeNumber('--cell-seconds', 0))
    .option('--json', 'print name, seconds and path of each as JSON')
    .action(runCommand)
}
