import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { projectRoot } from '../../src/support/projectRoot.ts'

/** Slurm's daemons want root. */
const hasSlurm = spawnSync('slurmctld', ['-V']).status === 0 && process.getuid?.() === 0
if (!hasSlurm) console.warn('SKIPPED: a sweep as a Slurm job array: Slurm is not on this machine, or not for this user')

it.skipIf(!hasSlurm)(
  'a sweep as a Slurm job array trains what local processes train, also after a task was killed',
  async () => {
    const { stdout } = await promisify(execFile)(join(projectRoot, 'scripts/shards/proveSweep.sh'))
    expect(stdout).toMatch(/^task 2 (CANCELLED|FAILED)\nthe same losses: 4 trials, .*\nPASS\n$/)
  },
  600_000,
)
