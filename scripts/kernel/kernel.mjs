// Starts tslab as a Jupyter kernel, with six things mended from outside:
//  1. The socket refuses more than 512 messages in one go, and tslab loses the rest, the idle status with it: ours queues.
//  2. tslab's display sends one MIME type a message; `display.bundle` sends several forms of the same thing.
//  3. An unhandled rejection is only printed: it is also written down with its cell, where a runner can read it.
//  4. A kernel outlives a killed Jupyter: this one ends when its parent is gone.
//  5. tslab prints errors with its own frames: a cell shows only the lines a reader can act on.
//  6. `{ name }` does not find a `name` of an earlier cell: it is written out before the cell is compiled.
import { AsyncLocalStorage } from 'node:async_hooks'
import { appendFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cellError } from './cellError.mjs'
import { fullProperties } from './fullProperties.mjs'

const require = createRequire(import.meta.url)
const fromTslab = createRequire(require.resolve('tslab'))

/** The compiler that tslab has, which is not the project's. */
const typescript = fromTslab('typescript')

/** Removed in Node 24; tfjs-node still calls them. */
const util = require('node:util')
util.isNullOrUndefined ??= (value) => value === null || value === undefined
util.isArray ??= Array.isArray

/** The socket of all output; tslab closes it first of its five when it shuts down. */
const outputs = []

/** tslab does not wait until its reply to the shutdown is sent: on a busy machine the socket is closed before. */
const isOwnEnd = (reason) =>
  outputs.some(({ closed }) => closed) && reason instanceof Error && reason.message === 'Socket is closed'

/** Sends at once while the socket can take it (512 messages a turn of the event loop), then in order as it can again. */
function queueOutput() {
  const zeromq = fromTslab('zeromq')
  const { Publisher } = zeromq
  zeromq.Publisher = class extends Publisher {
    #waiting = []
    #draining = false

    constructor(options) {
      super({ ...options, sendHighWaterMark: 0 })
      outputs.push(this)
    }

    /** Whether the socket took the message; it does not while it binds or is behind with an earlier one. */
    #take(message) {
      // After the shutdown nobody listens: output of a late timer is lost, and that is fine.
      if (this.closed) return true
      try {
        super.send(message).catch((error) => {
          if (!this.closed) throw error
        })
        return true
      } catch (error) {
        if (error.code === 'EBUSY') return false
        throw error
      }
    }

    send(message) {
      if (!this.#draining && this.#take(message)) return
      this.#waiting.push(message)
      if (!this.#draining) void this.#drain()
    }

    async #drain() {
      this.#draining = true
      for (let next = 0; next < this.#waiting.length;) {
        if (this.#take(this.#waiting[next])) next++
        else await new Promise(setImmediate)
      }
      this.#waiting = []
      this.#draining = false
    }
  }
}

function addBundles(tslab, jupyter) {
  Object.getPrototypeOf(tslab.display).bundle = function bundle(data, metadata = {}) {
    const update = this.update
    if (this.id) this.update = true
    jupyter.lastWriteDisplayData({ data, metadata, transient: { display_id: this.id } }, update)
  }
}

/** The first line of a cell that is code, which is how a person finds the cell again. */
const firstLine = (code) => code.split('\n').find((line) => line.trim() !== '' && !line.trim().startsWith('//')) ?? ''

/** Keeps the running cell through its promises and timers, so that a late failure names the cell it came from. */
function followCells(jupyter) {
  const cells = new AsyncLocalStorage()
  let last = null
  const { handleExecuteImpl } = jupyter.JupyterHandlerImpl.prototype
  jupyter.JupyterHandlerImpl.prototype.handleExecuteImpl = function (request, ...rest) {
    last = { count: this.execCount + 1, firstLine: firstLine(request.code) }
    const written = { ...request, code: fullProperties(typescript, request.code) }
    return cells.run(last, () => handleExecuteImpl.call(this, written, ...rest))
  }
  return () => cells.getStore() ?? last
}

function recordFailures(currentCell) {
  const file = process.env.CANTUS_KERNEL_FAILURES
  const record = (kind) => (reason) => {
    if (isOwnEnd(reason)) return
    const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)
    if (file) appendFileSync(file, `${JSON.stringify({ kind, text, cell: currentCell() })}\n`)
  }
  process.on('unhandledRejection', record('unhandled rejection'))
  process.on('uncaughtException', record('uncaught exception'))
}

/** JupyterLab asks every kernel for its history, tslab keeps none, and a terminal need not hear of it. */
function quietHistory() {
  const { warn } = console
  console.warn = (...words) => words[0] === 'unknown msg_type: history_request' || warn(...words)
}

/** tslab prints what a cell throws through here. */
function shortErrors() {
  const { error } = console
  console.error = (...words) => error(...words.map(cellError))
}

function endWithParent() {
  const parent = process.ppid
  setInterval(() => process.ppid === parent || process.exit(1), 1000).unref()
}

queueOutput()
const jupyter = fromTslab('./jupyter.js')
addBundles(fromTslab('./public.js'), jupyter)
recordFailures(followCells(jupyter))
quietHistory()
shortErrors()
endWithParent()
fromTslab('./main.js').startKernel({ configPath: process.argv[2], enableFindLocal: false })
