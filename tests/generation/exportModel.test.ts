import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ExportFormat, exportModel } from '../../src/generation/exportModel.ts'
import { loadWeights } from '../../src/model/checkpoint.ts'
import { UserError } from '../../src/support/errors.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

/** The published network that reads notes. */
const NOTES = join(projectRoot, 'report/results/checkpoints/3.1.safetensors')
const STEPS = join(projectRoot, 'report/results/checkpoints/1.safetensors')
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-export-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('exportModel', () => {
  it.each(['tfjs', 'magenta'] as const)('refuses a network of notes as %s in one line', async (format) => {
    const asked = exportModel({ source: NOTES, format, out: join(folder, format) })
    await expect(asked).rejects.toThrow(UserError)
    await expect(asked).rejects.toThrow(
      `--format ${format} cannot hold a network that reads notes: choose --format safetensors or fp16`,
    )
  })

  it('takes the first format that holds the model where none is asked for', async () => {
    const formatOf = async (source: string): Promise<ExportFormat> =>
      (await exportModel({ source, out: join(folder, 'default') })).format
    expect(await formatOf(NOTES)).toBe('safetensors')
    expect(await formatOf(STEPS)).toBe('tfjs')
  })

  it('writes 16 bits that read back as they were published', async () => {
    const out = join(folder, 'fp16')
    await exportModel({ source: NOTES, format: 'fp16', out })
    const [published, written] = await Promise.all([loadWeights(NOTES), loadWeights(join(out, 'model.safetensors'))])
    expect(written.checkpoint.weights).toEqual(published.checkpoint.weights)
    expect(JSON.parse(await readFile(join(out, 'config.json'), 'utf8'))).toMatchObject({
      spec: published.checkpoint.spec,
      sourceSha256: published.sha256,
    })
  })
})
