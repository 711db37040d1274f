import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { findModel } from '../../src/generation/findModel.ts'
import { projectRoot, requireCheckout, studyFolders } from '../../src/support/projectRoot.ts'

const text = (path: string): string => readFileSync(join(projectRoot, path), 'utf8')

interface Package {
  readonly version: string
  readonly private: boolean
  readonly files: readonly string[]
  readonly dependencies: Readonly<Record<string, string>>
}
const manifest = JSON.parse(text('package.json')) as Package

describe('package.json', () => {
  it('has the one version number, which the lockfile and CITATION.cff repeat', () => {
    const lock = JSON.parse(text('package-lock.json')) as { version: string; packages: { '': { version: string } } }
    expect(lock.version).toBe(manifest.version)
    expect(lock.packages[''].version).toBe(manifest.version)
    expect(/^version: (.+)$/m.exec(text('CITATION.cff'))?.[1]).toBe(manifest.version)
  })

  it('can be packed but not published by accident', () => {
    expect(manifest.private).toBe(true)
    const workflows = ['ci', 'pages', 'release'].map((name) => text(`.github/workflows/${name}.yml`))
    expect(workflows.filter((each) => each.includes('npm publish'))).toEqual([])
  })

  it('pins every runtime dependency and leaves out TensorFlow.js, which is packed as one file', () => {
    expect(Object.values(manifest.dependencies).filter((version) => !/^\d/.test(version))).toEqual([])
    expect(Object.keys(manifest.dependencies).filter((name) => name.startsWith('@tensorflow/'))).toEqual([])
  })

  it('names files that are there', () => {
    const plain = manifest.files.filter((name) => !/[*!]/.test(name) && !name.startsWith('dist'))
    expect(plain).toContain('report/results/checkpoints/2.1.safetensors')
    expect(plain.filter((name) => !existsSync(join(projectRoot, name)))).toEqual([])
  })
})

describe('WEIGHTS.md', () => {
  it.each(['1', '2.1', '3.1'])('says what model %s learnt from, as its results do', (name) => {
    const { dataset, step } = JSON.parse(text(`report/results/iterations/${name}.json`)) as {
      dataset: { files: { train: number }; melodies: { train: number } }
      step: number
    }
    const row = text('WEIGHTS.md')
      .split('\n')
      .find((line) => line.includes(`${name}.safetensors`) && line.startsWith('|'))
    for (const value of [step, dataset.files.train, dataset.melodies.train])
      expect(row).toContain(value.toLocaleString('en-US'))
    const bytes = readFileSync(join(projectRoot, `report/results/checkpoints/${name}.safetensors`))
    expect(text('WEIGHTS.md')).toContain(createHash('sha256').update(bytes).digest('hex'))
  })
})

/** What a declaration file imports, from wherever it says so. */
const importsOf = (path: string): string[] =>
  [...text(path).matchAll(/^(?:import|export)\b[^;']* from ['"]([^'"]+)['"]|import\(['"]([^'"]+)['"]\)/gm)].map(
    ([, declared, inline]) => declared ?? inline!,
  )

describe.skipIf(!existsSync(join(projectRoot, 'dist', 'index.d.ts')))('the types of the package', () => {
  it('need nothing but what it brings', () => {
    const [left, seen, packages] = [['dist/index.d.ts'], new Set<string>(), new Set<string>()]
    for (let path = left.pop(); path !== undefined; path = left.pop()) {
      if (seen.has(path)) continue
      seen.add(path)
      for (const name of importsOf(path)) {
        if (name.startsWith('.')) left.push(join(path, '..', name.replace(/\.[jt]s$/, '.d.ts')))
        else if (!name.startsWith('node:')) packages.add(name.split('/', name.startsWith('@') ? 2 : 1).join('/'))
      }
    }
    expect(seen.size).toBeGreaterThan(20)
    // Charts are typed by vega-lite, which only a checkout has.
    expect([...seen].filter((path) => path.includes('/charts/'))).toEqual([])
    expect([...packages].filter((name) => !(name in manifest.dependencies)).sort()).toEqual([])
  })
})

describe('the browser entry', () => {
  it('bundles for a browser: nothing of Node in its import graph', async () => {
    const { outputFiles, metafile } = await build({
      entryPoints: [join(projectRoot, 'src/browser.ts')],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      metafile: true,
      logLevel: 'silent',
    })
    expect(outputFiles).toHaveLength(1)
    expect(Object.keys(metafile.inputs).filter((path) => path.startsWith('node:'))).toEqual([])
    expect(Object.keys(metafile.inputs)).toContain('src/generation/compose.ts')
  })
})

describe('outside a checkout', () => {
  it('data lie in ./cantus-data, or where CANTUS_DATA says', () => {
    const data = join(process.cwd(), 'cantus-data')
    expect(studyFolders({}, 'full', false)).toEqual({ root: join(data, 'full'), data, shipped: projectRoot })
    expect(studyFolders({ CANTUS_DATA: '/music' }, 'quick', false)).toMatchObject({
      root: '/music/quick',
      data: '/music',
    })
    expect(studyFolders({}, 'full', true)).toEqual({ root: projectRoot, data: join(projectRoot, 'data') })
  })

  it('models 1 and 2.1 are those that come with the package', async () => {
    const folders = { root: '/nowhere', data: '/nowhere', shipped: projectRoot }
    const found = await findModel({ source: '2.1' }, folders)
    expect(found).toBe(join(projectRoot, 'report/results/checkpoints/2.1.safetensors'))
  })

  it('what needs a checkout says so in one line', () => {
    expect(() => requireCheckout('cantus lab', false)).toThrow(
      'cantus lab works in a checkout of the repository only: clone it and run it there',
    )
    expect(() => requireCheckout('cantus lab', true)).not.toThrow()
  })
})
