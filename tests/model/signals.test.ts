import { execFile } from 'node:child_process'
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/support/projectRoot.ts'

const library = join(projectRoot, 'node_modules', '@tensorflow', 'tfjs-node', 'deps', 'lib')
const ownBuild = lstatSync(library, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
if (!ownBuild) console.warn('SKIPPED tests/model/signals: the native backend is not the build of this set-up')

describe.skipIf(!ownBuild)('the native backend built by set-up', () => {
  it('keeps its heap whole under a storm of signals', async () => {
    const storm = join(projectRoot, 'tests', 'fixtures', 'workers', 'signalStorm.mjs')
    const { stdout } = await promisify(execFile)(process.execPath, [storm])
    expect(stdout).toContain('whole')
  })
})
