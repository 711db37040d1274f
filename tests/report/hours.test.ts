import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { ITERATIONS } from '../../src/config/scales.ts'
import { modeSentence } from '../../src/notebook/openNotebook.ts'
import { iterationFile } from '../../src/results/iterationResult.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

/** What the published trainings took, by their own clocks. */
const hours = ITERATIONS.map((iteration) => iterationFile(iteration).read(projectRoot)!.trainingSeconds / 3600)
const inAll = hours.reduce((sum, each) => sum + each, 0)

const hoursIn = (text: string): number => Number(/about (\d+) hours/.exec(text)?.[1])

describe('what the full scale is said to take', () => {
  it('is what the published trainings took, and less than an hour more', () => {
    const row = /^\| `npm run reproduce -- --scale full`.*$/m.exec(readFileSync(join(projectRoot, 'README.md'), 'utf8'))
    const { options } = createProgram().commands.find((command) => command.name() === 'reproduce')!
    const help = options.find(({ long }) => long === '--scale')!.description
    for (const said of [hoursIn(row![0]), hoursIn(help)]) {
      expect(said).toBeGreaterThan(inAll)
      expect(said).toBeLessThan(inAll + 1)
    }
  })

  it('is no more per iteration than a notebook says', () => {
    const said = modeSentence({ scale: 'full', train: true, corpus: [], style: [] }, [])
    expect(said).toContain('up to four hours per iteration')
    expect(Math.max(...hours)).toBeLessThan(4)
  })
})
