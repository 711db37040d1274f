import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { otherResults, PUBLISHED_RUNS } from './publishedRuns.ts'

it("distinguishes the published results from a stranger's, and says which run it found", async () => {
  const root = await mkdtemp(join(tmpdir(), 'cantus-published-'))
  try {
    await mkdir(join(root, 'report/results/iterations'), { recursive: true })
    const put = (iteration: string, text: string) =>
      writeFile(join(root, `report/results/iterations/${iteration}.json`), text)
    expect(otherResults(root)).toContain('1.json is of run unknown (ENOENT')
    for (const { iteration, run } of PUBLISHED_RUNS) await put(iteration, JSON.stringify({ run }))
    expect(otherResults(root)).toBeNull()
    await put('2.1', '{"run":"full-00000000-s2"}')
    expect(otherResults(root)).toMatch(
      /2\.1\.json is of run full-00000000-s2, the report is about run full-94cf492b-s1$/,
    )
    await put('2.1', 'half a fi')
    expect(otherResults(root)).toContain('2.1.json is of run unknown')
  } finally {
    await rm(root, { recursive: true })
  }
})
