import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { projectRoot } from '../../src/support/projectRoot.ts'

export interface Ended {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

const main = join(projectRoot, 'dist', 'cli', 'main.js')

/** Starts the built command line, as `cantus …` does. */
export function startCantus(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [main, ...args], { cwd: projectRoot, env: { ...process.env, ...env } })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
  const ended = new Promise<Ended>((done) => child.on('close', (status, signal) => done({ status, signal, ...output })))
  return { child, ended }
}

export const cantus = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  startCantus(args, env).ended
