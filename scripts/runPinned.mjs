// Runs a script on the pinned Node with the terminal, the signals and the exit status passed through.
import { spawn } from 'node:child_process'
import { dirname, delimiter, join } from 'node:path'
import { constants } from 'node:os'
import { pinnedNode, root } from './setup/steps.mjs'

/** What is read when libraries load, so that it must be there before the process starts. */
const environment = {
  TF_CPP_MIN_LOG_LEVEL: '2',
  // glibc keeps what threads free, each for itself: a training of iteration 3.1 holds 300 MB less with one arena, as fast.
  MALLOC_ARENA_MAX: '1',
  ...process.env,
  PATH: [join(root, 'node_modules', '.bin'), dirname(pinnedNode), process.env.PATH].join(delimiter),
}

/** The child's exit status; 128 + the signal's number when a signal ended it. `say` gets what it prints, else the terminal. */
export function runPinned(args, { cwd = process.cwd(), env = {}, say = null } = {}) {
  return new Promise((done, fail) => {
    const stdio = say === null ? 'inherit' : ['inherit', 'pipe', 'pipe']
    const child = spawn(pinnedNode, args, { cwd, stdio, env: { ...environment, ...env } })
    for (const stream of say === null ? [] : [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', say)
    // Ctrl-C reaches the whole process group: the child stops in its own time and this process waits for it.
    const ignore = () => undefined
    const pass = (signal) => child.kill(signal)
    process.on('SIGINT', ignore)
    process.on('SIGTERM', pass)
    child.on('error', fail)
    child.on('close', (status, signal) => {
      process.off('SIGINT', ignore)
      process.off('SIGTERM', pass)
      done(status ?? 128 + constants.signals[signal])
    })
  })
}
