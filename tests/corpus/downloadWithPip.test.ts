import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { downloadWithPip } from '../../src/corpus/downloadWithPip.ts'

let root = ''
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), 'cantus-pip-'))))
afterAll(() => rm(root, { recursive: true, force: true }))

/** A program that stands in for Python and its pip. */
async function python(name: string, script: string): Promise<string> {
  const path = join(root, name)
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
  return path
}
const signal = new AbortController().signal

describe.skipIf(process.platform === 'win32')('downloadWithPip', () => {
  it('passes over a Python that is missing or has no pip', async () => {
    const bare = await python('bare', 'echo "/usr/bin/python3: No module named pip" >&2; exit 1')
    const good = await python('good', `echo "$@" > ${root}/asked`)
    await downloadWithPip('music21==10.5.1', root, signal, [join(root, 'missing'), bare, good])
    const asked = await readFile(join(root, 'asked'), 'utf8')
    expect(asked).toMatch(/^-m pip download --no-deps .*--dest \S+ music21==10\.5\.1\n$/)
  })

  it('says that there is no Python with pip', async () => {
    await expect(downloadWithPip('x', root, signal, [join(root, 'missing')])).rejects.toThrow(
      'no Python with pip was found',
    )
  })

  it("gives pip's last word in one line, without a host's name", async () => {
    const script =
      'echo "WARNING: Retrying after connection broken" >&2; echo "ERROR: No match at https://host.example/x" >&2; exit 1'
    const failure = downloadWithPip('x', root, signal, [await python('offline', script)])
    await expect(failure).rejects.toThrow(
      /^no connection to the package registry \(No match at the package registry\)$/,
    )
  })
})
