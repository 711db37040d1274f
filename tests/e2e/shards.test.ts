import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/support/projectRoot.ts'

const run = promisify(execFile)
const script = (name: string): string => join(projectRoot, 'scripts/shards', name)
const isHere = (program: string): boolean => spawnSync(program, ['--version']).status === 0
const music = join(projectRoot, 'tests/goldens/data/midi')

/** Slurm's daemons want root. */
const tools = {
  slurm: isHere('munged') && spawnSync('slurmctld', ['-V']).status === 0 && process.getuid?.() === 0,
  parallel: isHere('parallel'),
}
for (const [name, here] of Object.entries(tools)) {
  if (!here)
    console.warn(`SKIPPED: the proof of shards under ${name}, which is not on this machine (or not for this user)`)
}

const proofs = {
  slurm: [
    'the same bytes: undisturbed',
    'task 1 FAILED, task 2 CANCELLED, merge CANCELLED',
    /refused: cantus: 18 scores .* were converted by no shard: run "cantus corpus build --shard i\/3" for i = 1, 2 with/,
    'the same bytes: after the kills',
  ],
  parallel: [
    'the same bytes: undisturbed',
    /refused: cantus: \d+ scores .* were converted by no shard: run /,
    'the same bytes: after the kills',
    'the same bytes: after a retry',
  ],
}

describe('a build in shards', () => {
  it.skipIf(!tools.slurm)('gives the same bytes as a Slurm job array, tasks killed or not', () => prove('slurm'))
  it.skipIf(!tools.parallel)('gives the same bytes under GNU parallel, killed or not', () => prove('parallel'))

  async function prove(how: keyof typeof proofs): Promise<void> {
    const { stdout } = await run(script('prove.sh'), [how, '3'])
    for (const line of proofs[how]) expect(stdout).toMatch(line)
    expect(stdout).toMatch(/\nPASS\n$/)
  }

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

describe('a task of a job array', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cantus-shards-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  /** As Slurm runs task `id` of the array from `min` to `max`. */
  const task = (id: number, min: number, max: number, count = max - min + 1) => {
    const names = { ID: id, MIN: min, MAX: max, COUNT: count }
    const array = Object.entries(names).map(([name, n]) => [`SLURM_ARRAY_TASK_${name}`, String(n)])
    return run('bash', [script('corpus.sbatch'), projectRoot, folder, '--corpus', music], {
      env: { ...process.env, ...Object.fromEntries(array) },
    })
  }

  it.each([
    [2, 1, 3],
    [1, 0, 2],
  ])('number %i of %i to %i does the second shard of three', async (id, min, max) => {
    expect((await task(id, min, max)).stdout).toBe('shard 2/3: 9 scores converted\n')
  })

  it.each([
    [3, 3, 3, 1],
    [1, 1, 7, 4],
  ])('number %i of an array with gaps is refused in one line', async (id, min, max, count) => {
    const refused = { code: 2, stderr: expect.stringMatching(/^array \d to \d with \d tasks? [^\n]+\n$/) as string }
    await expect(task(id, min, max, count)).rejects.toMatchObject(refused)
  })
})
