import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createFolder } from '../support/createFolder.ts'
import { projectRoot } from '../support/projectRoot.ts'

/** Puts the wheel that satisfies `requirement` into the folder `into`; rejects with one line that says why not. */
export type Download = (requirement: string, into: string, signal: AbortSignal) => Promise<void>

const TIME_LIMIT_MS = 600_000

/** The Pythons to try, best first: the project's own, then what the machine has. */
function pythons(): string[] {
  const own = [join(projectRoot, '.venv/bin/python'), join(projectRoot, '.venv/Scripts/python.exe')]
  return [...own.filter((path) => existsSync(path)), 'python3', 'python']
}

/**
 * `pip download --no-deps`: the registry, mirror and proxy are those the person's pip is set up for.
 * A Python that is missing or has no pip is passed over for the next.
 */
export async function downloadWithPip(
  requirement: string,
  into: string,
  signal: AbortSignal,
  candidates: readonly string[] = pythons(),
): Promise<void> {
  const scratch = join(into, 'pip') // pip's own temporary files, so that they go with the rest and progress is seen
  createFolder(scratch)
  const args = ['-m', 'pip', 'download', '--no-deps', '--disable-pip-version-check', '--no-input']
  args.push('--progress-bar', 'off', '--retries', '1', '--timeout', '20', '--dest', into, requirement)
  let lastReason = 'no Python with pip was found'
  for (const python of candidates) {
    const outcome = await runQuietly(python, args, scratch, signal)
    if (outcome.exitCode === 0) return
    if (outcome.exitCode === null || /No module named pip/.test(outcome.errors)) {
      lastReason = outcome.exitCode === null ? lastReason : `${python} has no pip (Debian: apt install python3-venv)`
      continue
    }
    throw new Error(lastErrorLine(outcome.errors))
  }
  throw new Error(lastReason)
}

interface Outcome {
  /** `null` when the program could not be started. */
  readonly exitCode: number | null
  readonly errors: string
}

function runQuietly(program: string, args: readonly string[], scratch: string, signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, TMPDIR: scratch, TEMP: scratch, TMP: scratch }
    const limit = AbortSignal.any([signal, AbortSignal.timeout(TIME_LIMIT_MS)])
    const child = spawn(program, args, { env, signal: limit, stdio: ['ignore', 'ignore', 'pipe'] })
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-20_000)))
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'EACCES') resolve({ exitCode: null, errors })
      else reject(error)
    })
    child.on('close', (exitCode) => resolve({ exitCode: exitCode ?? 1, errors }))
  })
}

/** pip's own last word, in one line: `ERROR: No matching distribution found …` without the word ERROR. */
function lastErrorLine(errors: string): string {
  const lines = errors.split('\n').filter((line) => line.trim() !== '')
  const offline = lines.some((line) => /connection|resolution|network|timed out|retry/i.test(line))
  const last = (lines.findLast((line) => line.startsWith('ERROR:')) ?? lines.at(-1) ?? 'pip said nothing')
    .replace(/^ERROR:\s*/, '')
    .replace(/https?:\/\/\S+/g, 'the package registry')
    .slice(0, 200)
  return offline ? `no connection to the package registry (${last})` : last
}
