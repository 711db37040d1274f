import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { starterPrimers } from '../../src/generation/starterPrimers.ts'
import { parsePredictorSidecar } from '../../src/results/predictorSidecar.ts'
import { readResults } from '../../src/results/publishedResults.ts'
import { readSidecar } from '../../src/results/sidecar.ts'
import { starterReportFile } from '../../src/results/starterReport.ts'
import { STARTER_MELODIES } from '../../src/study/starterMelodies.ts'
import { sha256 } from '../../src/support/files.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

const report = starterReportFile.read(projectRoot)!
const at = (file: string): string => join(projectRoot, file)
const sidecarOf = (file: string): string => at(file.replace(/\.mid$/, '.json'))

describe('the published continuations of the held-out primers', () => {
  it('are of each primer by its composer, PPM and each model, and nothing else lies beside them', () => {
    const by = ['person', 'ppm', ...report.models.map(({ iteration }) => iteration)]
    const expected = starterPrimers.flatMap(({ name }) => by.map((each) => `${name} ${each}`))
    expect(report.melodies.map((each) => `${each.primer} ${each.by}`).sort()).toEqual(expected.sort())
    const midi = readdirSync(at(STARTER_MELODIES)).filter((name) => name.endsWith('.mid'))
    expect(midi.map((name) => `${STARTER_MELODIES}/${name}`).sort()).toEqual(
      report.melodies.map(({ file }) => file).sort(),
    )
  })

  it('are of the weights that are published', () => {
    const published = new Map(readResults(projectRoot).map((each) => [each.config.iteration, each.checkpoint.sha256]))
    expect(report.models.filter((each) => published.get(each.iteration) !== each.checkpointSha256)).toEqual([])
  })

  it('begin with the primer and go on for eight bars', () => {
    for (const { primer, events } of report.melodies) {
      const { events: given, stepsPerBar } = starterPrimers.find(({ name }) => name === primer)!
      expect(events.slice(0, given.length)).toEqual(given)
      expect(events).toHaveLength(12 * stepsPerBar)
    }
  })

  it('have sidecars that name them, but for the composers’ own', () => {
    for (const { by, file, events } of report.melodies) {
      if (by === 'person') {
        expect(existsSync(sidecarOf(file))).toBe(false)
        continue
      }
      const sidecar =
        by === 'ppm' ? parsePredictorSidecar(readFileSync(sidecarOf(file), 'utf8'), file) : readSidecar(sidecarOf(file))
      expect(sidecar.events).toEqual(events)
      expect(sha256(readFileSync(at(file)))).toBe(sidecar.midiSha256)
    }
  })
})
