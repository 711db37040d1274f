import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/support/projectRoot.js'

const run = promisify(execFile)
const script = (name: string): string => join(projectRoot, 'scripts/shards', name)
const isHere = (program: string): boolean => spawnSync(program, ['--version']).status === 0

/** Slurm's daemons want root. */
const tools = {
  slurm: isHere('munged') && spawnSync('slurmctld', ['-V']).status === 0 && process.getuid?.() === 0,
  parallel: isHere('parallel'),
}
for (const [name, here] of Object.entries(tools)) {
  if (!here)
    console.warn(`SKIPPED: the proof of shards under ${name}, which is not on this machine (or not for this user)`)
}

describe('a build in shards', () => {
  it.skipIf(!tools.slurm)('gives the same bytes as a Slurm job array', { timeout: 120_000 }, async () => {
    const { stdout } = await run(script('prove.sh'), ['slurm', '3'])
    expect(stdout).toMatch(/without the last shard: cantus: \d+ scores .* were converted by no shard/)
    expect(stdout).toContain('PASS: the same bytes')
  })

  it.skipIf(!tools.parallel)('gives the same bytes under GNU parallel', { timeout: 120_000 }, async () => {
    const { stdout } = await run(script('prove.sh'), ['parallel', '3'])
    expect(stdout).toMatch(/with the first shard alone: cantus: \d+ scores .* were converted by no shard/)
    expect(stdout).toContain('PASS: the same bytes')
  })

  it.each(['slurm.sh', 'parallel.sh'])('%s says how it is used when it is not', async (name) => {
    for (const given of [[], ['x', '--', '--corpus', 'a'], ['0', '--', 'a'], ['3', '--'], ['3', '--corpus', 'a']]) {
      const failed = run(script(name), given)
      await expect(failed).rejects.toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/^usage: [^\n]+\n$/) as string,
      })
    }
  })
})
