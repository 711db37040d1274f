import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A number that no process has: Linux gives numbers up to 2^22. */
export const DEAD_PID = 2 ** 22 + 1

export const staleLock = (): string =>
  JSON.stringify({ pid: DEAD_PID, host: hostname(), since: '2026-01-01T00:00:00.000Z', boot: null, started: null })

const trier = fileURLToPath(new URL('lockTrier.mjs', import.meta.url))
const PROCESSES = 4

/**
 * Four processes try for one lock at the same millisecond, round after round; nobody gives it back before all have tried.
 * @returns for each round what the processes said: `held`, `refused`, or a stack trace.
 */
export async function lockStress(folder: string, rounds: number, stale: boolean): Promise<string[][]> {
  const processes = Array.from({ length: PROCESSES }, () => fork(trier))
  try {
    await Promise.all(processes.map(answer))
    const said: string[][] = []
    for (let round = 0; round < rounds; round++) {
      const run = join(folder, String(round))
      await mkdir(run, { recursive: true })
      if (stale) await writeFile(join(run, 'lock.json'), staleLock())
      const at = Date.now() + 4
      said.push(await ask(processes, { folder: run, at }))
      await ask(processes, { folder: run })
      await rm(run, { recursive: true })
    }
    return said
  } finally {
    for (const each of processes) each.kill()
  }
}

function ask(processes: readonly ChildProcess[], message: { folder: string; at?: number }): Promise<string[]> {
  const answers = processes.map(answer)
  for (const each of processes) each.send(message)
  return Promise.all(answers)
}

const answer = async (child: ChildProcess): Promise<string> => ((await once(child, 'message')) as [string])[0]
