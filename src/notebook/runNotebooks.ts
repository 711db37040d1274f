import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import type { Scale } from '../config/experimentConfig.ts'
import { createFolder } from '../support/createFolder.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError, UserError } from '../support/errors.ts'
import { sideBySide } from '../support/sideBySide.ts'
import { namesIn } from '../support/namesIn.ts'
import { projectRoot, type StudyFolders, studyFolders } from '../support/projectRoot.ts'
import { NOTEBOOKS, type NotebookRequest, requestEnvironment } from './notebookRequest.ts'
import type { ReproduceOptions } from '../study/reproduceStudy.ts'
import { venvProgram } from '../support/venvProgram.ts'

/** Options of `runNotebooks`. */
export interface NotebooksOptions extends Partial<NotebookRequest> {
  readonly scale: Scale
  /** Whether cells may train; else they read the results published at `folders`. */
  readonly train?: boolean
  /** Notebooks by name, with or without `.ipynb`; empty or absent = all of them, in order. */
  readonly names?: readonly string[]
  /** Longest a cell may take; absent = by scale. */
  readonly cellSeconds?: number
  /** How long after its reply a cell's end may be announced; much output delays it. Default: 60. */
  readonly idleSeconds?: number
  /** Where results and data lie; the notebooks read and write the same. */
  readonly folders?: StudyFolders
  /** Folder for the executed copies; absent = beside the results. */
  readonly out?: string
  /** Folder of the notebooks, also their kernels' working directory. */
  readonly source?: string
}

/** An executed notebook. */
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

/** Why a notebook failed. */
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
  | { readonly event: 'ready' }
  | { readonly event: 'cell'; readonly done: number; readonly total: number }
  | { readonly event: 'stopped'; readonly seconds: number }
  | { readonly event: 'end'; readonly seconds: number; readonly path: string; readonly failure: Failure | null }
)

/** Kernels that run side by side: each takes one core and some hundred megabytes. */
const AT_ONCE = 2

/**
 * Executes notebooks headless and writes copies with their outputs: `executedFolder`. Those that only read results run two at a
 * time; those that train run one after the other, because each resumes from the one before.
 * @throws NotebookError at the first that fails: a cell that throws or takes too long, a rejection nobody handled, a
 * kernel that is lost. InterruptedError when the signal stopped it.
 */
export async function runNotebooks(options: NotebooksOptions, effects: Effects): Promise<ExecutedNotebook[]> {
  const folders = options.folders ?? studyFolders(process.env, options.scale)
  const source = options.source ?? join(projectRoot, 'notebooks')
  const out = options.out ?? executedFolder(folders)
  createFolder(out)
  const request = {
    out,
    folder: source,
    cellSeconds: options.cellSeconds ?? CELL_SECONDS[options.scale],
    idleSeconds: options.idleSeconds ?? 60,
  }
  const paths = await findNotebooks(source, options.names ?? [])
  const env = environment(options, folders)
  const bar = effects.reporter.bar('Notebooks', paths.length, 'notebooks')
  let done = 0
  const jobs = paths.map((path, n) => async (signal: AbortSignal): Promise<ExecutedNotebook> => {
    const failures = join(out, `.failures-${n}.jsonl`)
    const running = { signal, onCell: (place: string) => bar.update(done, place) }
    try {
      return await follow({ ...request, notebooks: [path], failures }, env, running)
    } finally {
      await rm(failures, { force: true })
    }
  })
  const onDone = (executed: ExecutedNotebook): void => {
    bar.update(++done)
    effects.reporter.line(doneLine(executed))
  }
  try {
    const executed = await sideBySide(jobs, { atOnce: options.train ? 1 : AT_ONCE, signal: effects.signal, onDone })
    if (effects.signal.aborted) throw stopped()
    return executed
  } finally {
    bar.stop()
  }
}

/** What a notebook under way is given. */
interface Running {
  readonly signal: AbortSignal
  readonly onCell: (place: string) => void
}

const doneLine = ({ name, seconds }: ExecutedNotebook): string =>
  `  ${name.padEnd(18)} ${seconds.toFixed(1).padStart(7)} s`

const stopped = (): InterruptedError => new InterruptedError('notebooks stopped; run the same command to resume')

/** Executes the notebooks that show a study just made; returns their names. */
export async function executeNotebooks(options: ReproduceOptions, effects: Effects): Promise<string[]> {
  effects.reporter.line('\nNotebooks, executed without a window')
  const { iterations, scale, corpus, style, seed, folders } = options
  // What the others show was not asked for, and may not be published.
  const shown = NOTEBOOKS.filter(({ iteration }) => iteration === null || iterations.includes(iteration))
  const names = shown.map(({ name }) => name)
  const executed = await runNotebooks(
    { scale, corpus, style, folders, names, ...(seed === undefined ? {} : { seed }) },
    effects,
  )
  return executed.map(({ name }) => name)
}

function environment(options: NotebooksOptions, folders: StudyFolders): NodeJS.ProcessEnv {
  const { scale, train = false, corpus = [], style = [], seed, steps, settings } = options
  const training = {
    ...(seed === undefined ? {} : { seed }),
    ...(steps === undefined ? {} : { steps }),
    ...(settings === undefined ? {} : { settings }),
  }
  return {
    ...process.env,
    ...requestEnvironment({ scale, train, corpus, style, ...training }),
    CANTUS_OUT: folders.root,
    CANTUS_DATA: folders.data,
    PYTHONUNBUFFERED: '1',
    // Kernels of other environments do not matter here, and the history of this one is nobody's.
    JUPYTER_PREFER_ENV_PATH: '1',
  }
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

/** Runs the runner on one notebook and ends as it ended. */
async function follow(request: object, env: NodeJS.ProcessEnv, { signal, onCell }: Running): Promise<ExecutedNotebook> {
  const script = join(projectRoot, 'scripts', 'notebooks.py')
  const child = spawn(venvProgram('python'), [script], { env, stdio: ['pipe', 'pipe', 'pipe'] })
  // It reads the request as one line; the closing pipe shows that this process is gone.
  child.stdin.on('error', () => undefined)
  child.stdin.write(`${JSON.stringify(request)}\n`)
  const stop = (): void => void child.kill('SIGINT')
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  let complaints = ''
  child.stderr.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString()).slice(-4000)))
  const ended = new Promise<number>((done, fail) => {
    child.on('error', fail)
    child.on('close', (status, by) => done(status ?? (by === null ? 1 : 130)))
  })
  try {
    const outcome = await readEvents(createInterface({ input: child.stdout }), onCell)
    const status = await ended
    if (signal.aborted || status === 130) throw stopped()
    if (outcome === null) throw new Error(`scripts/notebooks.py ended with ${status}:\n${complaints}`)
    const { notebook: name, seconds, path, failure } = outcome
    if (failure !== null) throw new NotebookError(describeFailure(name, failure, path))
    return { name, seconds, path }
  } finally {
    signal.removeEventListener('abort', stop)
    child.stdin.end()
  }
}

/** Shows how far the notebook is; returns its end, null where there was none. */
async function readEvents(
  lines: AsyncIterable<string>,
  onCell: (place: string) => void,
): Promise<Extract<RunnerEvent, { event: 'end' }> | null> {
  let end: Extract<RunnerEvent, { event: 'end' }> | null = null
  for await (const line of lines) {
    const event = JSON.parse(line) as RunnerEvent
    if (event.event === 'ready') onCell(`${event.notebook}, its kernel has started`)
    if (event.event === 'cell') onCell(`${event.notebook}, cell ${event.done} of ${event.total}`)
    if (event.event === 'end') end = event
  }
  return end
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
