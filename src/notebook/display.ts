import { steadyNow } from '../support/clock.ts'
import type { Effects } from '../support/effects.ts'
import type { ProgressBar, Reporter } from '../support/progress.ts'
import type { MetricRow } from '../results/metrics.ts'
import { escapeText } from '../support/text/escapeText.ts'
import { compactSvg } from '../charts/compactSvg.ts'
import { drawWithin } from '../charts/drawWithin.ts'
import { lightPalette } from '../charts/palette.ts'
import { pianoRollSpec, pianoRollSvg, type RollMelody, type RollOptions } from '../charts/pianoRoll.ts'
import { htmlTable, textTable, type TableRow } from '../support/text/table.ts'
import { twoStaves, type TwoVoices } from '../charts/twoStaves.ts'
import { trainingCurveSpec, type TrainingCurveOptions } from '../charts/trainingCurve.ts'
import type { VegaLiteSpec } from '../charts/vegaLite.ts'
import {
  type Heat,
  type HeatOptions,
  heatSpec,
  type Line,
  type LinesOptions,
  linesSpec,
  type NamedShare,
  sharesSpec,
} from '../charts/lessons.ts'
import { currentCommit } from '../study/machine.ts'
import { type PlayedMelody, player, type PlayerOptions } from './player.ts'
import { type SourceLink, sourceLinks } from './sourceLinks.ts'

/** Forms of one and the same output by MIME type; the reader of the notebook shows the richest it can. */
export type MimeBundle = Readonly<Record<string, unknown>>

/** What is used of tslab's display. `bundle` is there in this project's kernel, which sends several forms at once. */
export interface OutputDisplay {
  raw(mime: string, data: string): void
  bundle?(data: MimeBundle, metadata?: Readonly<Record<string, unknown>>): void
}

/** The `tslab` module as a cell imports it: `import * as tslab from 'tslab'`. */
export interface Tslab {
  readonly display: OutputDisplay
  newDisplay(): OutputDisplay
}

const VEGA_LITE = 'application/vnd.vegalite.v5+json'
const PLOTLY = 'application/vnd.plotly.v1+json'
/** Shortest time between two updates of one output, in milliseconds. */
const UPDATE_MILLISECONDS = 500

/** In a kernel without `bundle` the simplest form that shows the matter is sent alone. */
function send(output: OutputDisplay, data: MimeBundle): void {
  if (output.bundle) return output.bundle(data, alternativeText(data))
  for (const mime of ['image/svg+xml', 'text/html', 'text/plain']) {
    const text = data[mime]
    if (typeof text === 'string') return output.raw(mime, text)
  }
}

/** What stands for a picture where it cannot be seen. */
function alternativeText(data: MimeBundle): Readonly<Record<string, unknown>> {
  return data['image/svg+xml'] === undefined ? {} : { 'image/svg+xml': { alt: data['text/plain'] } }
}

/** One output that is replaced in place, at most twice a second; `last` always gets through. */
export interface LiveOutput {
  update(data: () => MimeBundle): void
  last(data: MimeBundle): void
}

/** A burst of messages is what loses output, so what changes quickly is written here. */
export function liveOutput(output: OutputDisplay, now: () => number): LiveOutput {
  let shownAt = Number.NEGATIVE_INFINITY
  return {
    update(data) {
      if (now() - shownAt < UPDATE_MILLISECONDS) return
      shownAt = now()
      send(output, data())
    },
    last: (data) => send(output, data),
  }
}

const chartBundle = (spec: VegaLiteSpec): MimeBundle => ({
  [VEGA_LITE]: shortNumbers(spec),
  'text/plain': String(spec['description']),
})

/** Pixels that a chart may be wide: the cell of a notebook on a small screen. */
const CELL_WIDTH = 860

async function drawnBundle(spec: VegaLiteSpec): Promise<MimeBundle> {
  const drawn = await drawWithin(spec, CELL_WIDTH)
  return { ...chartBundle(drawn.spec), 'image/svg+xml': compactSvg(drawn.svg) }
}

/** Nobody sees more than six digits of a number in a chart, and a copy with all of them is twice as large. */
function shortNumbers(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? value : Number(value.toPrecision(6))
  if (Array.isArray(value)) return value.map(shortNumbers)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shortNumbers(inner)]))
}

/** A training curve that grows while the model trains and stays as a finished chart. */
export interface LiveChart {
  /** Adds a row; redraws at most twice a second. */
  readonly add: (row: MetricRow) => void
  /** Draws the whole curve, also of a run that was finished before. */
  finish(rows: readonly MetricRow[]): Promise<void>
}

function liveChart(output: OutputDisplay, now: () => number, options: TrainingCurveOptions): LiveChart {
  const live = liveOutput(output, now)
  const rows: MetricRow[] = []
  const spec = (all: readonly MetricRow[]): VegaLiteSpec => trainingCurveSpec(all, options)
  return {
    add(row) {
      rows.push(row)
      live.update(() => chartBundle(spec(rows)))
    },
    async finish(all) {
      live.last(await drawnBundle(spec(all)))
    },
  }
}

/** Lines and bars in one output: what a job says, without a message for every word. */
export function notebookReporter(open: () => OutputDisplay, now: () => number): Reporter {
  const lines: string[] = []
  let bar: string | null = null
  let live: LiveOutput | null = null
  const content = (): MimeBundle => {
    const text = [...lines, ...(bar === null ? [] : [bar])].join('\n')
    return { 'text/html': `<pre style="margin:0">${escapeText(text)}</pre>`, 'text/plain': text }
  }
  // Opened with the first word, so that a job that says nothing leaves no empty output.
  const output = (): LiveOutput => (live ??= liveOutput(open(), now))
  return {
    line(text) {
      lines.push(text)
      // A line may be the last one said; lines are few by contract, bars are not.
      output().last(content())
    },
    bar: (title, total, unit): ProgressBar => ({
      update(done, note = '') {
        bar = `${title} ${done.toLocaleString('en-US')}/${total.toLocaleString('en-US')} ${unit} ${note}`.trimEnd()
        output().update(content)
      },
      stop() {
        // Where nothing else was said, what the bar counted stays; an emptied output would leave a gap.
        if (lines.length > 0) bar = null
        if (live !== null) live.last(content())
      },
    }),
  }
}

const interrupted = new Set<AbortController>()
let listening = false

/** The stop button sends SIGINT: every job begun since asks its signal between steps. */
function newSignal(): AbortSignal {
  if (!listening) {
    // Not at once: a cell's first turn runs in a vm with `breakOnSigint`, which at its end gives SIGINT back its default, to
    // kill the process, where a listener was added meanwhile.
    setImmediate(() =>
      process.on('SIGINT', () => {
        for (const controller of interrupted) controller.abort()
        interrupted.clear()
      }),
    )
    listening = true
  }
  const controller = new AbortController()
  interrupted.add(controller)
  return controller.signal
}

/** Everything a cell shows, and the effects a job in a cell gets. */
export interface NotebookDisplay {
  chart(spec: VegaLiteSpec): Promise<void>
  /** A piano roll, to be zoomed and pointed at. */
  roll(melody: RollMelody, options?: RollOptions): void
  /** Lines over steps. */
  lines(lines: readonly Line[], options: LinesOptions): Promise<void>
  /** A matrix as a picture. */
  heat(heat: Heat, options: HeatOptions): Promise<void>
  /** Shares of a whole as bars, the largest first. */
  shares(shares: readonly NamedShare[], title: string): Promise<void>
  /** One player for melodies that are compared, with their rolls below each other and a line that follows the sound. */
  play(melodies: readonly PlayedMelody[], options?: PlayerOptions): Promise<void>
  /** A player for an MP3. */
  audio(mp3: Uint8Array, title: string): void
  table(rows: readonly TableRow[], caption?: string): void
  /** Sentences that were computed: a list. */
  sentences(lines: readonly string[]): void
  /** Two voices as two staves. */
  staves(voices: TwoVoices): void
  /** Links to the code of every function that a notebook calls, file and line. */
  sources(notebook: string): Promise<void>
  liveChart(options?: TrainingCurveOptions): LiveChart
  /** New effects for one job: its reporter is one output, and the stop button aborts its signal. */
  effects(): Effects
}

const audioHtml = (mp3: Uint8Array, title: string): string =>
  `<figure style="margin:0 0 1.5em"><figcaption>${escapeText(title)}</figcaption>` +
  `<audio controls preload="none" aria-label="${escapeText(title)}" src="data:audio/mpeg;base64,${Buffer.from(mp3).toString('base64')}"></audio></figure>`

/** The links lead from the folder of notebooks; where a copy lies elsewhere, `scripts/notebooks.py` mends them. */
function sourcesHtml(links: readonly SourceLink[], commit: string | null): string {
  const at = commit === null ? '' : ` at commit <code>${commit.slice(0, 10)}</code>`
  const entries = links.map(
    ({ name, file, line }) => `<li><a href="../${file}#L${line}"><code>${name}</code></a> ${file}, line ${line}</li>`,
  )
  return `<p>The functions used here${at}:</p><ul style="columns:2">${entries.join('')}</ul>`
}

/** Two voices as a picture of each line of staves. */
function stavesBundle(voices: TwoVoices): MimeBundle {
  const alt = escapeText(`Two staves: ${voices.title}`)
  const pictures = twoStaves(voices).map((svg) => {
    const src = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
    return `<img alt="${alt}" style="display:block;max-width:100%;background:#fff" src="${src}">`
  })
  return {
    'text/html': `<figure><figcaption>${escapeText(voices.title)}</figcaption>${pictures.join('')}</figure>`,
    'text/plain': `Two staves: ${voices.title}`,
  }
}

/**
 * What the cells of a notebook show things with.
 * @example const show = display(tslab); await show.chart(trainingCurveSpec(rows))
 */
export function display(tslab: Tslab, now: () => number = steadyNow): NotebookDisplay {
  const once = (data: MimeBundle): void => send(tslab.display, data)
  const chart = async (spec: VegaLiteSpec): Promise<void> => once(await drawnBundle(spec))
  return {
    chart,
    lines: (lines, options) => chart(linesSpec(lines, options)),
    heat: (heat, options) => chart(heatSpec(heat, options)),
    shares: (shares, title) => chart(sharesSpec(shares, { title })),
    async play(melodies, options) {
      const { html, text } = await player(melodies, options)
      once({ 'text/html': html, 'text/plain': text })
    },
    roll(melody, options = {}) {
      const figure = pianoRollSpec(melody, { ground: lightPalette.background, ...options })
      once({
        [PLOTLY]: figure,
        'image/svg+xml': pianoRollSvg(melody, options),
        'text/plain': options.title ?? 'Piano roll',
      })
    },
    audio: (mp3, title) => once({ 'text/html': audioHtml(mp3, title), 'text/plain': title }),
    table: (rows, caption) => once({ 'text/html': htmlTable(rows, caption), 'text/plain': textTable(rows) }),
    sentences: (lines) =>
      once({
        'text/html': `<ul>${lines.map((line) => `<li>${escapeText(line)}</li>`).join('')}</ul>`,
        'text/plain': lines.join('\n'),
      }),
    staves: (voices) => once(stavesBundle(voices)),
    async sources(notebook) {
      const [links, commit] = [sourceLinks(notebook), await currentCommit()]
      const text = links.map(({ name, file, line }) => `${name}: ${file}, line ${line}`)
      once({ 'text/html': sourcesHtml(links, commit), 'text/plain': text.join('\n') })
    },
    liveChart: (options = {}) => liveChart(tslab.newDisplay(), now, options),
    effects: () => ({ reporter: notebookReporter(() => tslab.newDisplay(), now), signal: newSignal(), now }),
  }
}
