import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/support/projectRoot.ts'

const folder = join(projectRoot, 'src')
const sources = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.endsWith('.ts')).sort()

/** Files that call one of these. */
const callers = (...jobs: string[]): string[] =>
  sources.filter((name) => {
    const text = readFileSync(join(folder, name), 'utf8')
    return jobs.some((job) => new RegExp(`(?<!function )\\b${job}\\(`).test(text))
  })

/** A command that trains says so by its name, or asks first: a new caller must be looked at. */
describe('training', () => {
  it('is called by what is asked to train alone', () => {
    expect(callers('trainIteration')).toEqual([
      'notebook/notebookStudy.ts', // cells of notebooks 2 to 4 at a --scale
      'study/ablations.ts', // evaluate --further, which says so first
      'study/noteAblations.ts', // study ablations
      'study/reproduce.ts', // the iteration that another one resumes from, which is said first
      'study/reproduceStudy.ts', // reproduce
      'study/trainRun.ts', // train and transfer
    ])
    expect(callers('trainRun')).toEqual(['cli/train.ts', 'study/sweep/sweep.ts'])
    expect(callers('furtherStudies')).toEqual(['study/summarize.ts'])
  })

  it('of tuners likewise', () => {
    expect(callers('tunePrior', 'tuneModel')).toEqual(['cli/tune.ts', 'study/tuneModel.ts', 'study/tunerStudy.ts'])
    expect(callers('tunerStudy')).toEqual([
      'cli/tune.ts',
      'notebook/notebookStudy.ts',
      'study/reproduceStudy.ts', // reproduce at full scale, which says so
    ])
  })
})
