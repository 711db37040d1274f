import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { inject } from 'vitest'
import { buildSite, SiteBuildError } from '../../site/build/buildSite.ts'
import { ITERATIONS } from '../../src/config/scales.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { quietEffects } from '../generation/fixtures.ts'
import { writePoisonedNotebook } from './poisonedNotebook.ts'
import { writeStandInStudy } from './standInStudy.ts'

/** A site of made-up results, with the published weights. */
export interface StandInSite {
  readonly study: string
  readonly site: string
}

/** Path that the site is published under. */
export const BASE = '/cantus/'

/** The site of a run of tests: the file that first asks for it builds it, the others wait for it and only read. */
export async function standInSite(): Promise<StandInSite> {
  const folder = inject('sharedFolder')
  const [study, site, state] = ['study', 'site', 'state'].map((name) => join(folder, name)) as [string, string, string]
  if (await isFirst(join(folder, 'begun'))) {
    const failed = await build(study, site, join(folder, 'data')).then(
      () => '',
      (error: unknown) => (error instanceof Error ? [error.stack, ...logOf(error)].join('\n') : String(error)),
    )
    await writeFile(state, failed)
  }
  while (!existsSync(state)) await pause(200)
  const failed = await readFile(state, 'utf8')
  if (failed !== '') throw new Error(`the site for the tests could not be built: ${failed}`)
  return { study, site }
}

/** The last lines of the builder, which say what is wrong. */
const logOf = (error: Error): readonly string[] => (error instanceof SiteBuildError ? error.log : [])

const isFirst = (mark: string): Promise<boolean> =>
  mkdir(mark).then(
    () => true,
    () => false,
  )

// The tests' folder lies outside the checkout, as a publisher's does.
async function build(study: string, site: string, data: string): Promise<void> {
  await writeStandInStudy(study)
  const published = join(projectRoot, 'report/results')
  const results = join(study, 'report/results')
  // Chapters link to the page of the corpora.
  for (const name of ['corpus.json', 'corpus-split.tsv']) await copyFile(join(published, name), join(results, name))
  for (const model of [...ITERATIONS, '3.3']) {
    const weights = `checkpoints/${model}.safetensors`
    if (!existsSync(join(published, weights)))
      throw new Error(`the published weights ${join(published, weights)} are gone: tests compare with them`)
    await copyFile(join(published, weights), join(results, weights))
  }
  await writePoisonedNotebook(join(study, 'report', 'notebooks'))
  await buildSite({ folders: { root: study, data }, out: site, base: BASE }, quietEffects())
}
