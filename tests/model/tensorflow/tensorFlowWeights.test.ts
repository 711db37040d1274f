import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findModel } from '../../../src/generation/findModel.ts'
import { openModelFile } from '../../../src/generation/modelFile.ts'
import { decodeWeights } from '../../../src/model/safetensors.ts'
import { asSafetensors } from '../../../src/model/tensorflow/tensorFlowWeights.ts'
import { UserError } from '../../../src/support/errors.ts'
import { mulberry32 } from '../../../src/support/random.ts'
import { projectRoot } from '../../../src/support/projectRoot.ts'

const written = join(projectRoot, 'tests/goldens/data/tensorflow')
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-tensorflow-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const read = async (name: string): Promise<Uint8Array> => new Uint8Array(await readFile(join(written, name)))

/** Writes bytes and reads them as weights. */
async function converted(name: string, bytes: Uint8Array): Promise<Uint8Array> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return asSafetensors(path, bytes)
}

describe('asSafetensors', () => {
  it('reads a bundle, a file and an index as networks', async () => {
    const specs = await Promise.all(
      ['basic_rnn.mag', 'lookback_rnn.ckpt', 'mono_rnn.ckpt.index', 'attention_rnn.ckpt.index'].map(
        async (name) => decodeWeights(await asSafetensors(join(written, name), await read(name))).spec,
      ),
    )
    expect(specs).toEqual([
      { encoding: 'basic', layerSizes: [16, 16], attentionLength: 0, residual: false },
      { encoding: 'lookback', layerSizes: [16, 16], attentionLength: 0, residual: false },
      { encoding: 'mono', layerSizes: [16, 16], attentionLength: 0, residual: false },
      { encoding: 'attention', layerSizes: [12, 12], attentionLength: 40, residual: false },
    ])
  })

  it('leaves every other file as it is', async () => {
    const bytes = new Uint8Array(await readFile(join(projectRoot, 'report/results/checkpoints/1.safetensors')))
    expect(await asSafetensors('1.safetensors', bytes)).toBe(bytes)
  })

  it('refuses a bundle of another model, by its name', async () => {
    await expect(asSafetensors('performance_rnn.mag', await read('performance_rnn.mag'))).rejects.toThrow(
      'cannot read the weights in performance_rnn.mag: it is a bundle of "performance_rnn"; those of mono_rnn, basic_rnn, lookback_rnn, attention_rnn can be read',
    )
  })

  it('names the data file that is not beside an index, and a variable that is damaged in it', async () => {
    await copyFile(join(written, 'mono_rnn.ckpt.index'), join(folder, 'alone.ckpt.index'))
    const alone = asSafetensors(join(folder, 'alone.ckpt.index'), await read('mono_rnn.ckpt.index'))
    await expect(alone).rejects.toThrow('its data file, which ends in .data-00000-of-00001, cannot be read')
    const data = await read('mono_rnn.ckpt.data-00000-of-00001')
    data[1000]! ^= 4
    await writeFile(join(folder, 'alone.ckpt.data-00000-of-00001'), data)
    const damaged = asSafetensors(join(folder, 'alone.ckpt.index'), await read('mono_rnn.ckpt.index'))
    await expect(damaged).rejects.toThrow(/variable "[\w/]+" has another checksum: its data file is damaged/)
  })

  it.each(['basic_rnn.ckpt', 'mono_rnn.ckpt.index', 'basic_rnn.mag'])(
    'refuses %s in one line wherever it is cut off or a bit is turned',
    async (name) => {
      const whole = await read(name)
      const random = mulberry32(7)
      for (let round = 0; round < 60; round++) {
        const at = Math.floor(random.next() * whole.length)
        const cut = whole.subarray(0, at)
        const turned = whole.slice()
        turned[at]! ^= 1 << Math.floor(random.next() * 8)
        for (const bytes of [cut, turned]) {
          const outcome = await converted(name, bytes).catch((error: unknown) => error)
          // What is cut off before its last bytes does not look like a TensorFlow file, and left to the reader of safetensors.
          if (outcome instanceof Uint8Array) {
            expect(outcome === bytes || name.endsWith('.mag')).toBe(true)
            continue
          }
          expect(outcome).toBeInstanceOf(UserError)
          expect((outcome as UserError).message).not.toContain('\n')
        }
      }
    },
  )

  it('can be named by what its files begin with, and generated from', async () => {
    const path = await findModel({ source: join(written, 'mono_rnn.ckpt') }, { root: folder, data: folder })
    expect(path).toBe(join(written, 'mono_rnn.ckpt.index'))
    const { model } = await openModelFile(path)
    expect(model.spec).toMatchObject({ encoding: 'mono', layerSizes: [16, 16] })
  })
})
