import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import { joinPlanes, splitPlanes } from '../../site/src/scripts/play/bytePlanes.ts'
import { loadModel } from '../../site/src/scripts/play/loadModel.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

const file = join(projectRoot, 'report/results/checkpoints/2.1.safetensors')

/** A model's file and its packed form, and what was fetched of them. */
async function served(change: (packed: Uint8Array) => Uint8Array = (packed) => packed) {
  const bytes = new Uint8Array(await readFile(file))
  const packed = change(new Uint8Array(deflateSync(splitPlanes(bytes))))
  const fetched: string[] = []
  vi.stubGlobal('fetch', (url: string) => {
    fetched.push(url)
    return Promise.resolve(new Response((url === 'packed' ? packed : bytes) as Uint8Array<ArrayBuffer>))
  })
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return {
    fetched,
    place: { url: 'plain', bytes: bytes.length, sha256, packed: { url: 'packed', bytes: packed.length } },
  }
}

describe('bytes in planes', () => {
  it.each([0, 1, 6, 7])('come back as they were: %i of them', (length) => {
    const bytes = Uint8Array.from({ length }, (_, n) => 10 * n)
    expect(joinPlanes(splitPlanes(bytes))).toEqual(bytes)
  })

  it('make weights smaller', async () => {
    const bytes = new Uint8Array(await readFile(file))
    expect(deflateSync(splitPlanes(bytes)).length).toBeLessThan(0.94 * deflateSync(bytes).length)
  })
})

describe('loadModel', () => {
  it('fetches the packed weights alone, and tells how much of them has come', async () => {
    const { place, fetched } = await served()
    const shares: number[] = []
    const { model, isVerified } = await loadModel(place, (share) => shares.push(share))
    expect(fetched).toEqual(['packed'])
    expect(isVerified).toBe(true)
    expect(shares.at(-1)).toBe(1)
    expect(model.spec.layerSizes).toEqual([128, 128])
  })

  it('fetches the file itself in a browser that unpacks nothing', async () => {
    vi.stubGlobal('DecompressionStream', undefined)
    const { place, fetched } = await served()
    await loadModel(place, () => undefined)
    expect(fetched).toEqual(['plain'])
  })

  it('says that damaged weights are not those that were published', async () => {
    const { place } = await served((packed) => packed.with(-1, packed.at(-1)! ^ 1))
    await expect(loadModel(place, () => undefined)).rejects.toThrow('checksum differs')
  })
})
