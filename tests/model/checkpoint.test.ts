import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Checkpoint } from '../../src/model/checkpoint.js'
import {
  CheckpointError,
  decodeWeights,
  loadCheckpoint,
  loadWeights,
  saveCheckpoint,
} from '../../src/model/checkpoint.js'
import type { ModelSpec } from '../../src/model/modelSpec.js'
import { initialWeights } from '../../src/model/weights.js'

const spec: ModelSpec = { encoding: 'basic', layerSizes: [3], attentionLength: 0 }
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
    ['cut short', (bytes: Buffer) => bytes.subarray(0, 700), /truncated.*put back a whole copy/],
    ['with one bit turned', turnBit, /do not match the hash/],
    ['of another format', (bytes: Buffer) => replace(bytes, 'cantus-checkpoint-1', 'cantus-checkpoint-9'), /format is/],
    ['of other shapes', (bytes: Buffer) => replace(bytes, '[3]', '[4]'), /has shape \[41, 12\], a basic model of 4/],
  ])('%s is an error naming the file', async (_, damage, message) => {
    await saveCheckpoint(path, checkpoint)
    await writeFile(path, damage(await readFile(path)))
    await expect(loadCheckpoint(path)).rejects.toThrow(CheckpointError)
    await expect(loadCheckpoint(path)).rejects.toThrow(path)
    await expect(loadCheckpoint(path)).rejects.toThrow(message)
  })
})

function turnBit(bytes: Buffer): Buffer {
  const last = bytes.length - 1
  bytes[last] = (bytes[last] as number) ^ 1
  return bytes
}

function replace(bytes: Buffer, from: string, to: string): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(from, to), 'latin1')
}
