/**
 * Damaged MIDI files and ABC tunes through the readers and the extraction, in worker threads: no input may crash them,
 * hang them for over 2 seconds or eat the memory. Build first, then:
 * node bench/fuzz.ts [--midi N] [--abc N] [--seed S] [--threads T] [--midi-from DIR]… [--abc-from DIR]… [--case midi:N]
 * `--case` runs one case again in this thread and shows its error. Exits with 1 when anything was found.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import type * as Cases from '../tests/fuzz/fuzzCase.ts'
import type { FuzzKind, FuzzSources, FuzzTools } from '../tests/fuzz/fuzzCase.ts'
import type * as SplitTunebook from '../src/score/splitTunebook.ts'
import type * as BoundedInTime from '../src/support/boundedInTime.ts'

/** A case that works longer is a hang. */
const HANG_SECONDS = 2
/** By the wall's clock: a case that stands still this long has hung even where others have the cores. */
const STANDSTILL_SECONDS = 30
/** JavaScript heap of one worker. */
const HEAP_MEGABYTES = 256
/** Of the whole process, all workers together: twice what healthy runs were seen to need. */
const PROCESS_MEGABYTES = 1024
/** Sources read from one kind of folders, spread evenly over them. */
const MOST_SOURCES = 1000
/** Cases a worker takes at a time. */
const CHUNK = 250

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const load = (path: string): Promise<unknown> => import(new URL(path, import.meta.url).href)

async function loadTools(): Promise<FuzzTools> {
  const compiled = ['score/readMidi', 'score/readAbc', 'dataset/scoreToMelodies', 'support/random']
  const modules = [
    ...compiled.map((name) => `../dist/${name}.js`),
    '../tests/fuzz/mutateMidi.ts',
    '../tests/fuzz/mutateAbc.ts',
  ]
  return Object.assign({}, ...(await Promise.all(modules.map(load)))) as FuzzTools
}

interface Plan {
  readonly seed: number
  readonly midiFrom: readonly string[]
  readonly abcFrom: readonly string[]
}

/** Files below the folders whose names match, at most MOST_SOURCES. */
function filesOf(folders: readonly string[], ending: RegExp): string[] {
  const all = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => ending.test(name))
      .sort()
      .map((name) => join(folder, name)),
  )
  return spread(all)
}

function spread<T>(items: readonly T[]): T[] {
  const every = Math.max(1, items.length / MOST_SOURCES)
  return Array.from({ length: Math.min(items.length, MOST_SOURCES) }, (_, i) => items[Math.floor(i * every)] as T)
}

async function loadSources({ midiFrom, abcFrom }: Plan): Promise<FuzzSources> {
  const { splitTunebook } = (await load('../dist/score/splitTunebook.js')) as typeof SplitTunebook
  const { SAMPLE_TUNES } = (await load('../tests/fuzz/fuzzCase.ts')) as typeof Cases
  const midi = filesOf(midiFrom, /\.(midi?|kar)$/i).map((file) => new Uint8Array(readFileSync(file)))
  const books = filesOf(abcFrom, /\.abc$/i).map((file) => readFileSync(file, 'latin1'))
  const tunes = spread(books.flatMap((book) => splitTunebook(book).map(({ abc }) => abc)))
  return { midi: midi.filter(({ length }) => length > 0), abc: [...SAMPLE_TUNES, ...tunes] }
}

/** A stretch of cases of one kind. */
interface Stretch {
  readonly kind: FuzzKind
  readonly from: number
  readonly to: number
}

interface Finding {
  readonly kind: FuzzKind
  readonly n: number
  readonly what: string
}

interface Tally {
  readonly outcomes: Record<string, number>
  readonly findings: Finding[]
  /** The case that took longest. */
  slowest: { readonly kind: FuzzKind; readonly n: number; readonly milliseconds: number }
}

const emptyTally = (): Tally => ({ outcomes: {}, findings: [], slowest: { kind: 'midi', n: -1, milliseconds: 0 } })

/** Runs in a worker: `now` tells the watchdog which case is on and counts up, so that a standstill shows. */
async function work({ plan, now }: { plan: Plan; now: Int32Array }): Promise<void> {
  const [tools, sources] = [await loadTools(), await loadSources(plan)]
  const { fuzzInput, runFuzzCase } = (await load('../tests/fuzz/fuzzCase.ts')) as typeof Cases
  const { threadMilliseconds } = (await load('../dist/support/boundedInTime.js')) as typeof BoundedInTime
  tools.readAbc('X:1\nK:C\nCDEF|') // the first tune compiles abc2svg; keep that out of the cases' time
  parentPort?.on('message', ({ kind, from, to }: Stretch) => {
    const tally = emptyTally()
    for (let n = from; n < to; n++) {
      const input = fuzzInput(kind, n, plan.seed, sources, tools)
      Atomics.store(now, 0, n)
      Atomics.add(now, 1, 1)
      const start = threadMilliseconds()
      const { outcome, defect } = runFuzzCase(input, tools)
      const milliseconds = threadMilliseconds() - start // of the core, so that other programs do not count
      const key = `${kind}: ${outcome}`
      tally.outcomes[key] = (tally.outcomes[key] ?? 0) + 1
      if (milliseconds > tally.slowest.milliseconds) tally.slowest = { kind, n, milliseconds }
      if (defect !== null) tally.findings.push({ kind, n, what: defect })
      if (milliseconds > HANG_SECONDS * 1000)
        tally.findings.push({ kind, n, what: `took ${milliseconds.toFixed(0)} ms` })
    }
    Atomics.store(now, 0, -1)
    parentPort?.postMessage(tally)
  })
  parentPort?.postMessage('ready')
}

/** Takes stretches until there are none; a worker that hangs or dies is replaced, and its case is a finding. */
async function runThread(plan: Plan, queue: Stretch[], total: Tally): Promise<void> {
  for (let stretch = queue.shift(); stretch !== undefined;) {
    const now = new Int32Array(new SharedArrayBuffer(8))
    now[0] = -1
    const worker = new Worker(new URL(import.meta.url), {
      workerData: { plan, now },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
    })
    const failure = await serve(worker, now, () => (stretch = queue.shift()), stretch, total)
    if (failure === null) return
    stretch = failure.current
    const n = Atomics.load(now, 0)
    if (n < 0) throw new Error(`a worker died outside a case: ${failure.what}`)
    const key = `${stretch.kind}: ${failure.what}`
    total.outcomes[key] = (total.outcomes[key] ?? 0) + 1
    total.findings.push({ kind: stretch.kind, n, what: failure.what })
    // What the dead worker had counted of its stretch is lost: it is run again on both sides of the case.
    queue.unshift({ ...stretch, to: n }, { ...stretch, from: n + 1 })
    stretch = queue.shift()
  }
}

/** One worker's life. `null` when the work is done, else what ended it and the stretch it was on. */
function serve(
  worker: Worker,
  now: Int32Array,
  next: () => Stretch | undefined,
  first: Stretch,
  total: Tally,
): Promise<{ what: string; current: Stretch } | null> {
  return new Promise((resolve) => {
    let current = first
    let seen = { beat: -1, since: performance.now() }
    const end = (result: { what: string; current: Stretch } | null): void => {
      clearInterval(watchdog)
      void worker.terminate().then(() => resolve(result))
    }
    const watchdog = setInterval(() => {
      const beat = Atomics.load(now, 1)
      if (beat !== seen.beat || Atomics.load(now, 0) < 0) seen = { beat, since: performance.now() }
      else if (performance.now() - seen.since > STANDSTILL_SECONDS * 1000)
        end({ what: `hang over ${STANDSTILL_SECONDS} s`, current })
    }, 100)
    worker.on('error', (error) => end({ what: `worker died: ${error.message}`, current }))
    worker.on('message', (message: Tally | 'ready') => {
      if (message !== 'ready') {
        add(total, message)
        const following = next()
        if (following === undefined) return end(null)
        current = following
      }
      worker.postMessage(current)
    })
  })
}

function add(total: Tally, { outcomes, findings, slowest }: Tally): void {
  for (const [key, count] of Object.entries(outcomes)) total.outcomes[key] = (total.outcomes[key] ?? 0) + count
  total.findings.push(...findings)
  if (slowest.milliseconds > total.slowest.milliseconds) total.slowest = slowest
}

function stretches(kind: FuzzKind, count: number): Stretch[] {
  return Array.from({ length: Math.ceil(count / CHUNK) }, (_, i) => {
    return { kind, from: i * CHUNK, to: Math.min(count, (i + 1) * CHUNK) }
  })
}

function report(total: Tally, plan: Plan, seconds: number): number {
  const megabytes = process.resourceUsage().maxRSS / 1024
  for (const [key, count] of Object.entries(total.outcomes).sort(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(`${String(count).padStart(8)}  ${key}`)
  }
  const { kind, n, milliseconds } = total.slowest
  console.log(
    `slowest ${kind}:${n} with ${milliseconds.toFixed(0)} ms; peak memory ${megabytes.toFixed(0)} MB; ${seconds.toFixed(0)} s`,
  )
  for (const finding of total.findings) {
    console.log(`FOUND --seed ${plan.seed} --case ${finding.kind}:${finding.n}  ${finding.what}`)
  }
  const tooLarge = megabytes > PROCESS_MEGABYTES
  if (tooLarge) console.log(`FOUND the process took more than ${PROCESS_MEGABYTES} MB`)
  return total.findings.length > 0 || tooLarge ? 1 : 0
}

async function again(plan: Plan, name: string): Promise<void> {
  const [kind, n] = name.split(':') as [FuzzKind, string]
  const [tools, sources] = [await loadTools(), await loadSources(plan)]
  const { fuzzInput, runFuzzCase } = (await load('../tests/fuzz/fuzzCase.ts')) as typeof Cases
  const input = fuzzInput(kind, Number(n), plan.seed, sources, tools)
  console.log(typeof input === 'string' ? input : Buffer.from(input).toString('hex'))
  const start = performance.now()
  const { outcome, defect } = runFuzzCase(input, tools)
  console.log(`${outcome} after ${(performance.now() - start).toFixed(0)} ms${defect === null ? '' : `\n${defect}`}`)
}

async function main(): Promise<void> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    options: {
      ...{ midi: text, abc: text, seed: text, threads: text, case: text },
      'midi-from': { ...text, multiple: true },
      'abc-from': { ...text, multiple: true },
    },
  })
  const tunes = here('../data/raw/music21')
  const plan: Plan = {
    seed: Number(values.seed ?? 1),
    midiFrom: [here('../tests/goldens/data/midi'), ...(values['midi-from'] ?? [])],
    abcFrom: values['abc-from'] ?? (existsSync(tunes) ? [tunes] : []),
  }
  if (values.case !== undefined) return again(plan, values.case)
  const counts = { midi: Number(values.midi ?? 10_000), abc: Number(values.abc ?? 1000) }
  console.log(`${counts.midi} MIDI files and ${counts.abc} ABC tunes, seed ${plan.seed}`)
  const queue = [...stretches('abc', counts.abc), ...stretches('midi', counts.midi)]
  const total = emptyTally()
  const start = performance.now()
  const threads = Array.from({ length: Number(values.threads ?? 2) }, () => runThread(plan, queue, total))
  await Promise.all(threads)
  process.exitCode = report(total, plan, (performance.now() - start) / 1000)
}

if (isMainThread) await main()
else await work(workerData as { plan: Plan; now: Int32Array })
