import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { iterationFile } from '../../src/results/iterationResult.ts'
import { endOfRun, hasKeptSteps, stepsOf, stepsPath } from '../../src/study/stepsKept.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { quietEffects } from '../generation/fixtures.ts'

let root = ''
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'cantus-steps-'))))
afterEach(() => rm(root, { recursive: true, force: true }))

const published = { ...iterationFile('2.2').read(projectRoot)!, run: 'full-a-s1' }
const lines: string[] = []
const { reporter } = quietEffects()
const said = { reporter: { ...reporter, line: (text: string) => void lines.push(text) } }

describe('weights at single steps', () => {
  it('are found where they are of the run, and said to be of another', async () => {
    expect(hasKeptSteps(root)).toBe(false)
    expect(await stepsOf(root, { iteration: '2.2', run: 'full-a-s1' }, said)).toBeNull()
    const folder = join(root, stepsPath('2.2'))
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'run.json'), '{"run":"full-a-s1"}')
    expect(hasKeptSteps(root)).toBe(true)
    expect(await stepsOf(root, { iteration: '2.2', run: 'full-a-s1' }, said)).toBe(stepsPath('2.2'))
    expect(lines).toEqual([])
    expect(await stepsOf(root, { iteration: '2.2', run: 'full-b-s1' }, said)).toBeNull()
    expect(lines).toEqual([
      `${stepsPath('2.2')} keeps weights of run full-a-s1, iteration 2.2 is of run full-b-s1: left out`,
    ])
  })

  it('hold the end of a run, where that is not what is published', async () => {
    const folder = join(root, stepsPath('2.2'))
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'run.json'), '{"run":"full-a-s1"}')
    expect(await endOfRun(root, published, said)).toBeNull()
    const end = join(folder, `${published.last!.step}.safetensors`)
    await writeFile(end, '')
    expect(await endOfRun(root, published, said)).toBe(end)
    const { last: _, ...best } = published
    expect(await endOfRun(root, best, said)).toBeNull()
  })
})
