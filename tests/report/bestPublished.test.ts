import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { IterationResult } from '../../src/results/iterationResult.ts'
import type { Sidecar } from '../../src/results/sidecar.ts'
import { ITERATIONS } from '../../src/config/scales.ts'
import type { MusicalReport } from '../../src/results/musicalReport.ts'
import type { Summary } from '../../src/results/summary.ts'
import { decodeWeights } from '../../src/model/safetensors.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

const json = async <T>(path: string): Promise<T> => JSON.parse(await readFile(join(projectRoot, path), 'utf8')) as T
const resultOf = (name: string) => json<IterationResult>(`report/results/iterations/${name}.json`)

/** The step of the lowest validation loss in the log, and the last one measured. */
function stepsOf({ curve }: IterationResult): { best: number; last: number } {
  const measured = curve.filter(({ kind }) => kind === 'test')
  return { best: measured.reduce((a, b) => (b.loss < a.loss ? b : a)).step, last: measured.at(-1)!.step }
}

/** Of the rule that ADR 20 states: what is published has the lowest validation loss, with the end of the run beside it. */
describe.each(ITERATIONS)('the published iteration %s', (name) => {
  it('has the weights of the lowest validation loss, in file, melodies and measurements', async () => {
    const result = await resultOf(name)
    const { best, last } = stepsOf(result)
    expect(result.step).toBe(best)
    // Early stopping leaves the best weights behind, and no others.
    expect(result.last?.step ?? best).toBe(result.config.training.patience === null ? last : best)
    const { metadata } = decodeWeights(await readFile(join(projectRoot, result.checkpoint.path)))
    expect(metadata).toMatchObject({ run: result.run, step: String(best) })
    expect(result.melodies).toHaveLength(35)
    for (const path of result.melodies) {
      const { step, checkpointSha256 } = await json<Sidecar>(path.replace(/\.mid$/, '.json'))
      expect([path, step, checkpointSha256]).toEqual([path, best, result.checkpoint.sha256])
    }
    const { iterations } = await json<Summary>('report/results/summary.json')
    expect([iterations[name]?.steps, iterations[name]?.last?.steps]).toEqual([best, result.last?.step])
    expect((await json<MusicalReport>('report/results/musical.json')).runs[name]?.steps).toBe(best)
  })
})
