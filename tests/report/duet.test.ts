import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DUET_SETTINGS } from '../../src/duet/partner.ts'
import { starterPerformers } from '../../src/duet/starterPerformers.ts'
import { duetFile } from '../../src/results/duetReport.ts'
import { duetSidecarSchema } from '../../src/results/duetSidecar.ts'
import { publishedDuetsFile } from '../../src/results/publishedDuets.ts'
import { chooseLambda, nearestDecoding } from '../../src/study/voices/benchDuet.ts'
import { PUBLISHED_DUETS } from '../../src/study/voices/publishDuets.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

const report = duetFile.read(projectRoot)!
const published = publishedDuetsFile.read(projectRoot)!
const at = (file: string): string => join(projectRoot, file)

describe('what was chosen for the partner', () => {
  it('is what commands and page use', () => {
    const { lambda, rows, decodings } = report.chosen!
    const { temperature, topP } = nearestDecoding(decodings)
    expect(lambda).toBe(chooseLambda(rows))
    expect(DUET_SETTINGS).toMatchObject({ lambda, temperature, topP })
  })
})

describe('the published duets', () => {
  const sidecars = published.duets.map(({ mode, clock, file }) => ({
    ...{ mode, clock, file },
    sidecar: duetSidecarSchema.parse(JSON.parse(readFileSync(at(file.replace(/\.mid$/, '.json')), 'utf8'))),
  }))

  it('are of the weights that were measured, and nothing else lies beside them', () => {
    expect(published.checkpointSha256).toBe(report.knowledge.find(({ run }) => run === '3.3')!.checkpointSha256)
    expect(new Set(sidecars.map(({ sidecar }) => sidecar.checkpointSha256))).toEqual(
      new Set([published.checkpointSha256]),
    )
    const midi = readdirSync(at(PUBLISHED_DUETS)).filter((name) => name.endsWith('.mid'))
    expect(midi.sort()).toEqual(published.duets.map(({ file }) => file.split('/').at(-1)).sort())
  })

  it('differ in mode or clock alone', () => {
    const performer = starterPerformers.find(({ name }) => name === published.performer)!
    for (const { mode, clock, sidecar } of sidecars) {
      expect(sidecar.settings).toEqual({ ...DUET_SETTINGS, mode, clock, adapt: false })
      expect(sidecar.seed).toBe(published.seed)
      expect(sidecar.heard).toEqual(performer.events)
    }
  })
})
