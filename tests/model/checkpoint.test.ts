import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Checkpoint } from '../../src/model/checkpoint.ts'
import {
  CheckpointError,
  decodeWeights,
  decodeCheckpoint,
  loadCheckpoint,
  loadWeights,
  saveCheckpoint,
} from '../../src/model/checkpoint.ts'
import type { StepModelSpec } from '../../src/config/modelSpec.ts'
import { openModelFile } from '../../src/generation/modelFile.ts'
import { SafetensorsError } from '../../src/model/safetensors.ts'
import { initialWeights } from '../../src/model/weights.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { mulberry32 } from '../../src/support/random.ts'

const spec: StepModelSpec = { encoding: 'basic', layerSizes: [3], attentionLength: 0 }
const checkpoint: Checkpoint = {
  spec,
  weights: initialWeights(spec, 1),
  adam: { m: initialWeights(spec, 2), v: initialWeights(spec, 3), step: 41 },
  averaged: null,
  state: { step: 41, order: { epoch: 2, position: 3, random: -7 }, best: null },
}

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-checkpoint-'))
  path = join(folder, 'checkpoint.safetensors')
})
afterEach(() => rm(folder, { recursive: true }))

describe('a checkpoint', () => {
  it('comes back bit for bit, with and without the optimizer', async () => {
    await saveCheckpoint(path, checkpoint)
    expect(await loadCheckpoint(path)).toEqual(checkpoint)
    await saveCheckpoint(path, { ...checkpoint, adam: null })
    expect(await loadCheckpoint(path)).toEqual({ ...checkpoint, adam: null })
    const averaged = { ...checkpoint, averaged: initialWeights(spec, 4) }
    await saveCheckpoint(path, averaged)
    expect(await loadCheckpoint(path)).toEqual(averaged)
    expect((await loadWeights(path)).checkpoint).toEqual(averaged)
    expect(decodeWeights(await readFile(path)).weights).toEqual(averaged.averaged)
    expect(await readdir(folder)).toEqual(['checkpoint.safetensors'])
  })

  it('that is not there is an error listing those that are', async () => {
    await saveCheckpoint(join(folder, 'best.safetensors'), checkpoint)
    await expect(loadCheckpoint(path)).rejects.toThrow(CheckpointError)
    await expect(loadCheckpoint(path)).rejects.toThrow(/checkpoint\.safetensors: not found; in .* best\.safetensors/)
    await expect(loadCheckpoint(join(folder, 'no', 'c.safetensors'))).rejects.toThrow(/folder .* does not exist/)
  })

  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, 700), /truncated.*restore an intact copy/],
    ['with one bit turned', turnBit, /does not match the hash/],
    ['of another format', (bytes: Buffer) => replace(bytes, 'cantus-checkpoint-2', 'cantus-checkpoint-9'), /format is/],
    [
      'with another state',
      (bytes: Buffer) => replace(bytes, '\\"position\\":3', '\\"position\\":4'),
      /does not match the hash/,
    ],
    [
      'with other shapes',
      (bytes: Buffer) => replace(old(bytes), '[3]', '[4]'),
      /has shape \[41, 12\], a basic model of 4/,
    ],
    [
      'of the first format, with no state',
      (bytes: Buffer) => replace(old(bytes), '{\\"step', '[\\"step'),
      /state is not JSON/,
    ],
  ])('%s is an error naming the file', async (_, damage, message) => {
    await saveCheckpoint(path, checkpoint)
    await writeFile(path, damage(await readFile(path)))
    await expect(loadCheckpoint(path)).rejects.toThrow(CheckpointError)
    await expect(loadCheckpoint(path)).rejects.toThrow(path)
    await expect(loadCheckpoint(path)).rejects.toThrow(message)
  })
})

/** The first format had the same layout, and a sum of the tensors only. */
const old = (bytes: Buffer): Buffer => replace(bytes, 'cantus-checkpoint-2', 'cantus-checkpoint-1')

describe('every bit of a checkpoint', () => {
  it('is held by its sums: 1,500 files with one bit turned at random are refused by name', async () => {
    await saveCheckpoint(path, checkpoint)
    const whole = await readFile(path)
    const headerBytes = 8 + whole.readUInt32LE(0)
    const random = mulberry32(1)
    for (let n = 0; n < 1500; n++) {
      const bytes = Buffer.from(whole)
      // Two in three within the header, which is the smaller part.
      const at = Math.floor(random.next() * (n % 3 === 0 ? bytes.length : headerBytes))
      bytes[at] = (bytes[at] as number) ^ (1 << Math.floor(random.next() * 8))
      expect(() => decodeCheckpoint(bytes), `byte ${at}`).toThrow(SafetensorsError)
    }
    expect(decodeCheckpoint(whole)).toEqual(checkpoint)
  })

  it.each(['generate', 'resume'])('is looked at by %s', async (job) => {
    await saveCheckpoint(path, checkpoint)
    await writeFile(path, replace(await readFile(path), '\\"position\\":3', '\\"position\\":4'))
    await expect(job === 'generate' ? openModelFile(path) : loadWeights(path)).rejects.toThrow(
      /does not match the hash/,
    )
  })
})

describe('checkpoints of the first format', () => {
  it('are read as before', async () => {
    await saveCheckpoint(path, checkpoint)
    await writeFile(path, old(await readFile(path)))
    expect(await loadCheckpoint(path)).toEqual(checkpoint)
  })
})

describe('the kept runs', () => {
  it.each(['1', '2.1', '2.2'])(
    'of iteration %s are finished, and have an optimizer where another resumes from them',
    async (name) => {
      const kept = join(projectRoot, 'report/results/checkpoints/runs', name)
      const { state, adam } = await loadCheckpoint(join(kept, 'checkpoint.safetensors'))
      expect([state['made'], state['finished']]).toEqual([name === '2.2' ? 52_050 : 20_000, true])
      expect(adam === null).toBe(name === '2.2')
      const { checkpoint: best } = await loadWeights(join(kept, 'best.safetensors'))
      expect(best.adam).toBeNull()
      expect(state['best']).toMatchObject({ step: best.state['step'] })
    },
  )
})

function turnBit(bytes: Buffer): Buffer {
  const last = bytes.length - 1
  bytes[last] = (bytes[last] as number) ^ 1
  return bytes
}

function replace(bytes: Buffer, from: string, to: string): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(from, to), 'latin1')
}
