import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/support/projectRoot.ts'

const text = (path: string): string => readFileSync(join(projectRoot, path), 'utf8')
const json = (path: string): unknown => JSON.parse(text(path)) as unknown

/** Requirements of a file for pip, with their continued lines joined: name, version, the rest. */
function requirements(path: string): { name: string; version: string; rest: string }[] {
  const lines = text(path).replaceAll('\\\n', ' ').split('\n')
  return lines
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', version = '', rest = ''] = /^([\w.-]+)==(\S+)(.*)$/.exec(line) ?? []
      return { name, version, rest }
    })
}

describe('what set-up installs has a checksum of ours', () => {
  it('npm packages: each in the lockfile, without addresses', () => {
    const { packages } = json('package-lock.json') as {
      packages: Record<string, { integrity?: string; resolved?: string }>
    }
    const installed = Object.entries(packages).filter(([path]) => path !== '')
    expect(installed.length).toBeGreaterThan(900)
    expect(installed.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([])
    expect(installed.filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
  })

  it('the Node that runs everything: on each platform, of the version of package.json', () => {
    const { version, integrity } = json('scripts/setup/nodeBinaries.json') as {
      version: string
      integrity: Record<string, string>
    }
    const { dependencies, devDependencies } = json('package.json') as Record<string, Record<string, string>>
    expect({ ...dependencies, ...devDependencies }['node']).toBe(version)
    expect(Object.keys(integrity)).toEqual(['linux-x64', 'linux-arm64', 'darwin-x64', 'win-x64'])
    for (const sum of Object.values(integrity)) expect(sum).toMatch(/^sha512-[A-Za-z\d+/]{86}==$/)
  })

  it.each(['requirements.lock', '.ci/node-requirements.txt', 'native/requirements.txt'])(
    'Python packages: each line of %s',
    (path) => {
      const all = requirements(path)
      expect(all.length).toBeGreaterThan(0)
      for (const { name, version, rest } of all) {
        expect(name).not.toBe('')
        expect(version).not.toBe('')
        expect(rest).toMatch(/--hash=sha256:[\da-f]{64}/)
      }
    },
  )

  it('requirements.lock holds what requirements.txt asks for', () => {
    const locked = new Map(
      requirements('requirements.lock').map(({ name, version }) => [name.replaceAll('_', '-'), version]),
    )
    const asked = requirements('requirements.txt')
    expect(asked.length).toBeGreaterThan(3)
    for (const { name, version } of asked)
      expect([name, locked.get(name.replaceAll('_', '-'))]).toEqual([name, version])
  })

  it('pip has to check them', () => {
    const installs = [text('.ci/run'), text('scripts/setup/python.mjs'), text('native/setup.mjs')]
    for (const script of installs) expect(script).toContain('--require-hashes')
    expect(
      text('.ci/run')
        .match(/pip install.*/g)
        ?.filter((line) => !line.includes('--require-hashes')),
    ).toEqual([])
  })
})

describe('hasIntegrity', () => {
  it('knows the bytes it was given, and no others', async () => {
    const { hasIntegrity } = (await import(join(projectRoot, 'scripts/setup/integrity.mjs'))) as {
      hasIntegrity: (bytes: Uint8Array, integrity: string) => boolean
    }
    const bytes = Buffer.from('node')
    const sum = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
    expect(hasIntegrity(bytes, sum)).toBe(true)
    expect(hasIntegrity(Buffer.from('evil'), sum)).toBe(false)
    for (const wrong of ['', 'sha512-', sum.replace('sha512', 'sha1'), `${sum} ${sum}`, `${sum.slice(0, 40)}==`])
      expect(hasIntegrity(bytes, wrong)).toBe(false)
  })
})

describe('the workflows', () => {
  const jobs = (path: string): string[] => text(path).split(/^ {2}(?=\w+:$)/m)

  it('let only the deployment write, and keep no credentials where packages are installed', () => {
    const writing = ['ci.yml', 'pages.yml'].flatMap((name) =>
      jobs(`.github/workflows/${name}`).filter((job) => /: write$/m.test(job)),
    )
    expect(writing.map((job) => /^\w+/.exec(job)?.[0])).toEqual(['deploy'])
    expect(writing[0]).not.toContain('run:')
    for (const name of ['ci.yml', 'pages.yml']) {
      const workflow = text(`.github/workflows/${name}`)
      const [checkouts, kept] = [/actions\/checkout@/g, /persist-credentials: false/g].map((each) =>
        workflow.match(each),
      )
      expect(kept?.length).toBe(checkouts?.length)
    }
  })
})
