import { SingleBar } from 'cli-progress'
import { steadyNow } from '../clock.ts'
import type { Effects } from '../effects.ts'
import { printable, printableLines } from '../text/printable.ts'
import { type ProgressBar, type Reporter, withoutBars } from '../progress.ts'

/** Time before a bar shows itself, so that short jobs stay quiet. */
const QUIET_MILLISECONDS = 500

const count = (value: number): string => Math.round(value).toLocaleString('en-US')

function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '--:--'
  const whole = Math.round(seconds)
  const hours = Math.floor(whole / 3600)
  const minutes = String(Math.floor(whole / 60) % 60).padStart(2, '0')
  const rest = String(whole % 60).padStart(2, '0')
  return hours > 0 ? `${hours}:${minutes}:${rest}` : `${minutes}:${rest}`
}

/** Rate and time left, measured from the first update: what was done before a resume took no time. */
function pace(done: number, total: number, firstDone: number, seconds: number): { rate: number; left: number } {
  const rate = seconds > 0 ? (done - firstDone) / seconds : 0
  return { rate, left: rate > 0 ? (total - done) / rate : Number.POSITIVE_INFINITY }
}

function terminalBar(title: string, total: number, unit: string, now: () => number): ProgressBar {
  const bar = new SingleBar({
    format: `${printable(title)} [{bar}] {done}/{all} ${unit}  {rate} ${unit}/s  {left} left  {note}`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: false,
    gracefulExit: false,
    barsize: 24,
    barCompleteChar: '=',
    barIncompleteChar: ' ',
  })
  const started = now()
  let first: number | null = null
  let shown = false
  return {
    update(done, note = '') {
      first ??= done
      const seconds = (now() - started) / 1000
      const { rate, left } = pace(done, total, first, seconds)
      const payload = {
        done: count(done),
        all: count(total),
        left: duration(left),
        note: printable(note),
        rate: rate < 10 ? rate.toFixed(1) : count(rate),
      }
      if (!shown && now() - started < QUIET_MILLISECONDS) return
      if (!shown) bar.start(total, done, payload)
      shown = true
      bar.update(done, payload)
    },
    stop() {
      if (shown) bar.stop()
    },
  }
}

const silentBar: ProgressBar = { update: () => undefined, stop: () => undefined }

/** Progress goes to stderr, so that stdout holds data alone; bars are drawn on a terminal only. */
function cliReporter(now: () => number): Reporter {
  return {
    line: (text) => void process.stderr.write(`${printableLines(text)}\n`),
    bar: (title, total, unit) => (process.stderr.isTTY ? terminalBar(title, total, unit, now) : silentBar),
  }
}

/** Effects for a command that prints a line per file: a bar would be drawn through them where both go to one terminal. */
export function lineEffects(): Effects {
  const effects = cliEffects()
  return process.stdout.isTTY ? { ...effects, reporter: withoutBars(effects.reporter) } : effects
}

/** Effects of the command line: Ctrl-C (or SIGTERM) asks jobs to stop; a second Ctrl-C stops at once. */
export function cliEffects(): Effects {
  const controller = new AbortController()
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130)
    controller.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return { reporter: cliReporter(steadyNow), signal: controller.signal, now: steadyNow }
}
