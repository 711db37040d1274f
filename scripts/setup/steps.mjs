// What the set-up steps share: where things are, how a child is run, how a stamp says that a step is done.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, platform } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
export const isWindows = platform() === 'win32'
export const npm = isWindows ? 'npm.cmd' : 'npm'

/** What the set-up downloads once and keeps outside `node_modules`, so that a reinstall does not fetch it again. */
export const cacheFolder =
  process.env.CANTUS_CACHE ??
  (platform() === 'darwin'
    ? join(homedir(), 'Library', 'Caches', 'cantus')
    : isWindows
      ? join(process.env.LOCALAPPDATA ?? homedir(), 'cantus')
      : join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cantus'))

/** The pinned Node (the `node` package's own binary), which everything but this set-up runs on. */
export const pinnedNode = join(root, 'node_modules', 'node', 'bin', isWindows ? 'node.exe' : 'node')
export const venvPython = join(root, '.venv', isWindows ? 'Scripts/python.exe' : 'bin/python')

/** A failed step: one line that says what failed and what to do about it. */
export class SetupError extends Error {}

const stampFile = (name) => join(root, 'node_modules', '.cantus', `${name}.json`)

/**
 * The stamp a finished step left, or null: also for one that a power cut or a full disk left empty or cut short, whose step
 * is then done again. Stamps live in `node_modules`: a fresh install starts without them.
 */
export function readStamp(name, file = stampFile(name)) {
  try {
    const stamp = JSON.parse(readFileSync(file, 'utf8'))
    return typeof stamp === 'object' ? stamp : null
  } catch (error) {
    if (error instanceof SyntaxError || error.code === 'ENOENT') return null
    throw error
  }
}

/** The stamp appears whole or not at all. */
export function writeStamp(name, value, file = stampFile(name)) {
  mkdirSync(dirname(file), { recursive: true })
  const temporary = `${file}.${process.pid}.tmp`
  try {
    writeFileSync(temporary, JSON.stringify(value), { flush: true })
    renameSync(temporary, file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** SHA-256 of the named files' bytes, in order. */
export function hashFiles(...paths) {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(readFileSync(join(root, path)))
  return hash.digest('hex')
}

/** Runs a child to its end, its output kept for the error message: `{ status, output }`. */
export function run(command, args, options = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options })
    let output = ''
    const keep = (chunk) => (output = (output + chunk).slice(-20000))
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    child.on('error', (error) => done({ status: -1, output: String(error.message) }))
    child.on('close', (status) => done({ status: status ?? -1, output }))
  })
}

/** `run`, but a failure is a SetupError with the child's last lines and the remedy. */
export async function runOrFail(what, remedy, command, args, options) {
  const { status, output } = await run(command, args, options)
  if (status === 0) return output
  const tail = output.trim().split('\n').slice(-8).join('\n    ')
  throw new SetupError(`${what} failed (exit ${status}).\n    ${tail}\n  What to do: ${remedy}`)
}

/** The first of these commands that answers `--version`, or null. */
export function firstCommand(names) {
  return names.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0) ?? null
}
