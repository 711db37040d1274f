import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ExportFormat, exportModel } from '../../src/generation/exportModel.ts'
import type { StepModelSpec } from '../../src/config/modelSpec.ts'
import { toTf } from '../../src/model/convertTf.ts'
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
  it.each(['tfjs', 'magenta', 'magenta-js'] as const)(
    'refuses a network of notes as %s in one line',
    async (format) => {
      const asked = exportModel({ source: NOTES, format, out: join(folder, format) })
      await expect(asked).rejects.toThrow(UserError)
      await expect(asked).rejects.toThrow(
        `--format ${format} cannot hold a network that reads notes: choose --format safetensors or fp16`,
      )
    },
  )

  it('takes the first format that holds the model where none is asked for', async () => {
    const formatOf = async (source: string): Promise<ExportFormat> =>
      (await exportModel({ source, out: join(folder, 'default') })).format
    expect(await formatOf(NOTES)).toBe('safetensors')
    expect(await formatOf(STEPS)).toBe('tfjs')
  })

  it('writes what MusicRNN loads: its settings, and every variable where the manifest says', async () => {
    const out = join(folder, 'magenta-js')
    await exportModel({ source: STEPS, format: 'magenta-js', out })
    const config = JSON.parse(await readFile(join(out, 'config.json'), 'utf8')) as object
    expect(config).toMatchObject({
      type: 'MusicRNN',
      dataConverter: { type: 'MelodyConverter', args: { minPitch: 0, maxPitch: 127 } },
    })
    const [group] = JSON.parse(await readFile(join(out, 'weights_manifest.json'), 'utf8')) as [
      { paths: string[]; weights: { name: string; shape: number[] }[] },
    ]
    expect(group.weights.map(({ name, shape }) => [name, shape])).toEqual([
      ['rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel', [258, 512]],
      ['rnn/multi_rnn_cell/cell_0/basic_lstm_cell/bias', [512]],
      ['rnn/multi_rnn_cell/cell_1/basic_lstm_cell/kernel', [256, 512]],
      ['rnn/multi_rnn_cell/cell_1/basic_lstm_cell/bias', [512]],
      ['fully_connected/weights', [128, 130]],
      ['fully_connected/biases', [130]],
    ])
    const bytes = await readFile(join(out, 'weights.bin'))
    const { checkpoint } = await loadWeights(STEPS)
    const written = toTf(checkpoint.spec as StepModelSpec, checkpoint.weights)
    expect(bytes.length).toBe(4 * 280_962)
    expect(bytes.readFloatLE(bytes.length - 4)).toBe(written['fully_connected/biases']?.data.at(-1))
  })

  it('refuses an attention network as magenta-js in one line', async () => {
    const source = join(projectRoot, 'tests/goldens/data/tensorflow/attention_rnn.ckpt.index')
    await expect(exportModel({ source, format: 'magenta-js', out: join(folder, 'x') })).rejects.toThrow(
      /^--format magenta-js holds mono and basic networks .* this one is attention with attention: choose --format magenta$/,
    )
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
