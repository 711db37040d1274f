import { spawn, type SpawnOptions } from 'node:child_process'
import { constants } from 'node:os'
import type { Effects } from '../effects.ts'

/** Runs a program on this terminal and resolves with its exit status (0 when it was asked to stop); Ctrl-C ends it. */
export function runInForeground(
  program: string,
  args: readonly string[],
  options: Pick<SpawnOptions, 'cwd' | 'env' | 'shell'>,
  { signal }: Effects,
): Promise<number> {
  const child = spawn(program, args, { ...options, stdio: 'inherit' })
  // Jupyter asks back on SIGINT; SIGTERM ends it, and its kernels with it.
  signal.addEventListener('abort', () => void child.kill('SIGTERM'), { once: true })
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('close', (status, by) => {
      if (signal.aborted) done(0)
      else done(status ?? 128 + (by === null ? 0 : constants.signals[by]))
    })
  })
}
