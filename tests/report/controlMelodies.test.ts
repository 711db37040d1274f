import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compose } from '../../src/generation/compose.ts'
import { openModelFile } from '../../src/generation/modelFile.ts'
import { controlMelodiesFile } from '../../src/results/controlMelodies.ts'
import { readResults } from '../../src/results/publishedResults.ts'
import { readSidecar } from '../../src/results/sidecar.ts'
import { CONTROL_MELODIES } from '../../src/study/controlMelodies.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

const report = controlMelodiesFile.read(projectRoot)!
const at = (file: string): string => join(projectRoot, file)
const melodies = report.melodies.map(({ control, file }) => ({
  ...{ control, file, sidecar: readSidecar(at(file.replace(/\.mid$/, '.json'))) },
}))

describe('the published melodies with controls', () => {
  it('are of the published weights, and nothing else lies beside them', () => {
    const published = readResults(projectRoot).find(({ config }) => config.iteration === report.iteration)!
    expect(report.checkpointSha256).toBe(published.checkpoint.sha256)
    expect(new Set(melodies.map(({ sidecar }) => sidecar.checkpointSha256))).toEqual(new Set([report.checkpointSha256]))
    const midi = readdirSync(at(CONTROL_MELODIES)).filter((name) => name.endsWith('.mid'))
    expect(midi.sort()).toEqual(melodies.map(({ control }) => `${control}.mid`).sort())
  })

  it('differ from the free one in one thing', () => {
    const [free, ...others] = melodies
    const drawn = ({ sidecar }: (typeof melodies)[number]) => {
      const { seed, temperature, topP, conditionedOn, totalSteps } = sidecar
      return { seed, temperature, topP, conditionedOn, totalSteps }
    }
    for (const other of others.filter(({ control }) => control !== 'rewrite')) {
      expect(drawn(other)).toEqual(drawn(free!))
      const { control = {}, dial } = other.sidecar
      expect(Object.keys({ ...control, ...(dial === undefined ? {} : { dial }) })).toHaveLength(1)
    }
    const { events, rewrite } = others.find(({ control }) => control === 'rewrite')!.sidecar
    const kept = free!.sidecar.events
    expect(events.slice(0, 72)).toEqual(kept.slice(0, 72))
    expect(events.slice(96)).toEqual(kept.slice(96))
    expect(rewrite!.candidates).toBe(8)
  })

  it('are made again by their sidecars, byte for byte', async () => {
    const { model } = await openModelFile(at(`report/results/checkpoints/${report.iteration}.safetensors`))
    for (const { file, sidecar } of melodies.filter(({ control }) => ['density', 'rewrite'].includes(control)))
      expect(Buffer.from((await compose(model, sidecar)).midi)).toEqual(readFileSync(at(file)))
  })
})
