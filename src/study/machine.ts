import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { arch, platform } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { IterationResult } from '../results/iterationResult.ts'
import { projectRoot } from '../support/projectRoot.ts'

/** What a result was made with, but for the backend. */
export async function environment(milliseconds: number): Promise<Omit<IterationResult['environment'], 'backend'>> {
  return {
    commit: await currentCommit(),
    node: process.version,
    platform: `${platform()} ${arch()}`,
    date: new Date(milliseconds).toISOString(),
  }
}

/** The checkout's commit; null outside a git checkout. */
export async function currentCommit(): Promise<string | null> {
  if (!existsSync(join(projectRoot, '.git'))) return null
  const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { cwd: projectRoot })
  return stdout.trim()
}
