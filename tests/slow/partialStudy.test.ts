import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildSite } from '../../site/build/buildSite.ts'
import type { IterationName } from '../../src/config/experimentConfig.ts'
import { ITERATIONS } from '../../src/config/scales.ts'
import { quietEffects } from '../generation/fixtures.ts'
import { writeStandInStudy } from '../site/standInStudy.ts'

let scratch = ''
beforeAll(async () => void (scratch = await mkdtemp(join(tmpdir(), 'cantus-partial-'))))
afterAll(() => rm(scratch, { recursive: true, force: true }))

/** What `cantus reproduce --iteration NAME` publishes: one iteration, and nothing that compares several. */
async function studyOf(only: IterationName): Promise<string> {
  const root = join(scratch, `study-${only}`)
  await writeStandInStudy(root)
  const results = join(root, 'report', 'results')
  for (const name of ['summary.json', 'study.json', 'musical.json']) await rm(join(results, name))
  for (const name of ITERATIONS.filter((each) => each !== only)) {
    await rm(join(results, 'iterations', `${name}.json`), { force: true })
    await rm(join(results, 'checkpoints', `${name}.safetensors`), { force: true })
    await rm(join(root, 'generated_melodies', `iteration_${name}`), { recursive: true, force: true })
  }
  return root
}

describe('the site of a study that has one iteration', () => {
  // A link that leads nowhere would end the build.
  it.each<IterationName>(['1', '2.2'])('%s: shows it, and no page of another', async (only) => {
    const out = join(scratch, `site-${only}`)
    const root = await studyOf(only)
    const built = await buildSite({ folders: { root, data: join(scratch, 'data') }, out }, quietEffects())
    expect(built.pages).toBeGreaterThan(3)
    const page = await readFile(join(out, `iteration-${only}`, 'index.html'), 'utf8')
    for (const number of ['1.235', '65.4%', '4,321']) expect(page).toContain(number)
    for (const name of ITERATIONS)
      expect([name, existsSync(join(out, `iteration-${name}`))]).toEqual([name, name === only])
    const pages = (await readdir(out, { recursive: true })).filter((file) => file.endsWith('.html'))
    const ofResults = pages.filter((file) => /^(?:index|iteration-|melodies)/.test(file))
    for (const file of ofResults)
      expect(await readFile(join(out, file), 'utf8'), file).not.toMatch(/\bNaN\b|\bundefined</)
    expect(pages.filter((file) => /it_[\d.]+_major_nr_1/.test(file)).length).toBeGreaterThan(0)
  })
})
