import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { projectRoot } from '../../src/support/projectRoot.ts'

interface Step {
  readonly name?: string
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Job {
  readonly 'runs-on': string
  readonly needs?: string
  readonly 'timeout-minutes'?: number
  readonly permissions?: Readonly<Record<string, string>>
  readonly strategy?: {
    readonly 'fail-fast': boolean
    readonly matrix: { readonly os: readonly string[]; readonly node: readonly number[] }
  }
  readonly steps: readonly Step[]
}

interface Workflow {
  readonly on: unknown
  readonly permissions: Readonly<Record<string, string>>
  readonly jobs: Readonly<Record<string, Job>>
}

const folder = join(projectRoot, '.github', 'workflows')
const workflows = Object.fromEntries(
  readdirSync(folder).map((name) => [name, parse(readFileSync(join(folder, name), 'utf8')) as Workflow]),
)
const jobs = Object.entries(workflows).flatMap(([file, workflow]) =>
  Object.entries(workflow.jobs).map(([name, job]): [string, Job, Workflow] => [`${file}: ${name}`, job, workflow]),
)
const runs = ({ steps }: Job): string[] => steps.flatMap(({ run }) => run ?? [])
const scripts = (JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { scripts: object }).scripts

describe('every workflow', () => {
  it.each(jobs)('%s: has a machine, steps, and a right to read alone where it runs packages', (_, job, workflow) => {
    expect(job['runs-on']).toMatch(/^(?:(?:ubuntu|macos|windows)-[\d.]+|\$\{\{ matrix\.os \}\})$/)
    expect(job.steps.length).toBeGreaterThan(0)
    expect(workflow.permissions).toEqual({ contents: 'read' })
    if (job.steps.some(({ uses }) => uses?.startsWith('actions/checkout@')))
      expect(Object.values(job.permissions ?? {}).filter((right) => right !== 'read')).toEqual([])
    if (job.needs !== undefined) expect(Object.keys(workflow.jobs)).toContain(job.needs)
  })

  it.each(jobs)('%s: takes each action by its commit, and runs what is there', (_, { steps }) => {
    for (const { uses, run } of steps) {
      expect((uses === undefined) !== (run === undefined)).toBe(true)
      if (uses !== undefined) expect(uses).toMatch(/^actions\/[\w-]+@[\da-f]{40}$/)
      for (const [, name] of (run ?? '').matchAll(/npm run ([\w:]+)/g)) expect(Object.keys(scripts)).toContain(name)
    }
  })
})

describe('the checks of a change', () => {
  const { gate, unit } = workflows['ci.yml']!.jobs as { gate: Job; unit: Job }

  it('run the whole gate on Ubuntu alone', () => {
    expect(gate['runs-on']).toMatch(/^ubuntu-/)
    expect(runs(gate)).toEqual(['bash .ci/run'])
    expect(runs(unit).filter((line) => line.includes('.ci/run'))).toEqual([])
  })

  it('run the unit tests on three systems and two versions of Node, on what is installed without scripts: WASM', () => {
    const { matrix, 'fail-fast': stopsAll } = unit.strategy!
    expect(matrix.os.map((name) => name.split('-')[0])).toEqual(['ubuntu', 'macos', 'windows'])
    expect(matrix.node).toEqual([22, 24])
    expect(stopsAll).toBe(false)
    expect(unit['runs-on']).toBe('${{ matrix.os }}')
    expect(unit.steps.find(({ uses }) => uses?.startsWith('actions/setup-node@'))?.with).toEqual({
      'node-version': '${{ matrix.node }}',
    })
    expect(runs(unit)[0]).toBe('npm ci --ignore-scripts')
    expect(runs(unit).at(-1)).toBe('node node_modules/vitest/vitest.mjs run --project=unit')
  })
})

describe('a release', () => {
  const { jobs: all, on } = workflows['release.yml']!

  it('comes of a tag, and is a draft that a person publishes', () => {
    expect(on).toEqual({ push: { tags: ['v*'] } })
    const lines = Object.values(all).flatMap(runs)
    expect(lines.filter((line) => /npm (?:publish|stage)|release edit|--draft=false/.test(line))).toEqual([])
    const [release, ...others] = lines.filter((line) => line.includes('gh release'))
    expect(others).toEqual([])
    expect(release).toContain('gh release create "$TAG" --draft --verify-tag')
  })
})
