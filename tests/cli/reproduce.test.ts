import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { reproducedText } from '../../src/study/text/reproducedText.ts'
import type { StudyIterationName } from '../../src/config/experimentConfig.ts'
import { experiment } from '../../src/config/scales.ts'
import { iterationFile, type IterationResult } from '../../src/results/iterationResult.ts'
import { resultsThere } from '../../src/study/studyResults.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { silentReporter } from '../../src/support/progress.ts'

const effects = { reporter: silentReporter, signal: new AbortController().signal, now: () => 0 }

describe('the commands that reproduce ends with', () => {
  const result = (iteration: StudyIterationName): IterationResult =>
    ({ config: experiment(iteration, 'smoke'), melodies: [] }) as unknown as IterationResult
  const printed = (root: string): string[][] => {
    const made = { results: [result('1')], notebooks: ['1-corpus'], site: 'site/dist', seconds: 1 }
    const commands = reproducedText(made, { root, data: 'data' }).match(/npx cantus .*/g) ?? []
    return commands.map((command) => wordsOf(command.replace('npx cantus ', '')))
  }
  /** As a shell takes them apart. */
  const wordsOf = (command: string): string[] =>
    execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' })
      .trimEnd()
      .split('\n')

  it('are known to the command line, and find the results', async () => {
    const root = await mkdtemp(join(tmpdir(), "my brother's results "))
    onTestFinished(() => rm(root, { recursive: true, force: true }))
    const published = iterationFile('1').read(projectRoot)!
    await iterationFile('1').write(root, { ...published, config: experiment('1', 'smoke') })
    const commands = printed(root)
    expect(commands.map(([name]) => name)).toEqual(['lab', 'site', 'generate'])
    for (const [name, ...words] of commands) {
      const command = createProgram().commands.find((each) => each.name() === name)!
      expect(command.parseOptions(words)).toEqual({ operands: [], unknown: [] })
      const { results } = command.opts<{ results: string }>()
      expect((await resultsThere({ results, corpus: [], style: [] }, effects)).folders.root).toBe(root)
    }
  })

  it('need no flag for the published report', () => {
    expect(printed(projectRoot)).toEqual([['lab'], ['site'], ['generate', '--iteration', '1']])
  })
})
