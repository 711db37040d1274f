import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { venvProgram } from '../../src/support/venvProgram.ts'
import { loadCheckpoint } from '../../src/model/checkpoint.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { runFiles } from '../../src/training/runDirectory.ts'

const python = venvProgram('python')
if (!existsSync(python)) console.warn('SKIPPED: no .venv, so no cell is interrupted')

let folder = ''
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'cantus-interrupt-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Answer {
  readonly shown: string
  readonly after: string
}

function interruptCell(run: string): Promise<Answer> {
  const script = join(projectRoot, 'tests', 'fixtures', 'interruptCell.py')
  const child = spawn(python, [script, join(projectRoot, 'dist'), run])
  let [output, errors] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  return new Promise((done, fail) =>
    child.on('close', (status) => {
      if (status === 0) done(JSON.parse(output) as Answer)
      else fail(new Error(errors))
    }),
  )
}

describe.skipIf(!existsSync(python))('the stop button on a training cell', () => {
  it('ends the cell with a checkpoint and leaves the kernel usable', async () => {
    const run = join(folder, 'run')
    const { shown, after } = await interruptCell(run)
    expect(shown).toMatch(/Training iteration 1 \d+\/1,000,000 steps/)
    expect(shown).toContain('Interrupted: the cell was stopped')
    expect(shown).not.toMatch(/^\s+at /m)
    expect(after).toBe('42')
    const { state } = await loadCheckpoint(runFiles(run).checkpoint)
    expect(state['made']).toBeGreaterThan(10)
    expect(existsSync(join(run, 'lock.json'))).toBe(false)
    expect(existsSync(runFiles(run).metricsParquet)).toBe(true)
  })
})
