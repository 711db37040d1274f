import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FolderServer, serveFolder } from '../../site/build/serveFolder.ts'

let folder: string
let server: FolderServer | null = null
const host = '127.0.0.1'
const port = 42_150

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-serve-'))
  await writeFile(join(folder, 'index.html'), 'front')
  await writeFile(join(folder, '404.html'), 'nothing here')
  await writeFile(join(folder, 'sound.mp3'), '0123456789')
})
afterEach(async () => {
  await server?.close()
  server = null
  await rm(folder, { recursive: true, force: true })
})

describe('serveFolder', () => {
  it('serves pages, and its own page for missing ones', async () => {
    server = await serveFolder(folder, { port, host })
    const at = `http://${host}:${server.port}`
    expect(await (await fetch(`${at}/`)).text()).toBe('front')
    const missing = await fetch(`${at}/none`)
    expect([missing.status, await missing.text()]).toEqual([404, 'nothing here'])
    expect((await fetch(`${at}/..%2f..%2fetc/passwd`)).status).toBe(404)
  })

  it('only reads: other methods are refused, and no type is guessed', async () => {
    server = await serveFolder(folder, { port, host })
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const answer = await fetch(`http://${host}:${server.port}/`, { method })
      expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, 'GET, HEAD'])
    }
    const front = await fetch(`http://${host}:${server.port}/`, { method: 'HEAD' })
    expect([front.status, front.headers.get('x-content-type-options')]).toEqual([200, 'nosniff'])
  })

  it('follows no link out of its folder', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'cantus-outside-'))
    await writeFile(join(outside, 'secret.html'), 'secret')
    await writeFile(join(outside, 'index.html'), 'secret')
    await symlink(join(outside, 'secret.html'), join(folder, 'page.html'))
    await symlink(outside, join(folder, 'folder'))
    await symlink(join(folder, 'index.html'), join(folder, 'inside.html'))
    server = await serveFolder(folder, { port, host })
    for (const path of ['page.html', 'page', 'folder', 'folder/', 'folder/secret.html', 'folder/secret', '%66older/'])
      expect([path, (await fetch(`http://${host}:${server.port}/${path}`)).status]).toEqual([path, 404])
    expect(await (await fetch(`http://${host}:${server.port}/inside.html`)).text()).toBe('front')
    expect((await fetch(`http://${host}:${server.port}/%ff`)).status).toBe(404)
    await rm(outside, { recursive: true })
  })

  it('gives the part of a file that a player asks for', async () => {
    server = await serveFolder(folder, { port, host })
    const part = await fetch(`http://${host}:${server.port}/sound.mp3`, { headers: { range: 'bytes=2-4' } })
    expect([part.status, await part.text()]).toEqual([206, '234'])
    expect(part.headers.get('content-type')).toBe('audio/mpeg')
  })

  it('compresses text, and gives sound as it is', async () => {
    await writeFile(join(folder, 'long.html'), 'word '.repeat(2000))
    server = await serveFolder(folder, { port, host })
    const asked = { headers: { 'accept-encoding': 'gzip' } }
    const page = await fetch(`http://${host}:${server.port}/long.html`, asked)
    expect([page.headers.get('content-encoding'), (await page.text()).length]).toEqual(['gzip', 10_000])
    const sound = await fetch(`http://${host}:${server.port}/sound.mp3`, asked)
    expect(sound.headers.get('content-encoding')).toBeNull()
  })

  it('serves below a path, and nothing outside it', async () => {
    server = await serveFolder(folder, { port, host, base: '/below/' })
    const at = `http://${host}:${server.port}`
    expect(await (await fetch(`${at}/below/`)).text()).toBe('front')
    expect((await fetch(`${at}/sound.mp3`)).status).toBe(404)
  })

  it('takes the next port where one is taken', async () => {
    server = await serveFolder(folder, { port, host })
    const second = await serveFolder(folder, { port: server.port, host })
    expect(second.port).toBe(server.port + 1)
    await second.close()
  })

  it('says so when no port is left', async () => {
    const taken = createServer().listen(65_535, host)
    await new Promise((done) => taken.once('listening', done))
    await expect(serveFolder(folder, { port: 65_535, host })).rejects.toThrow('no free port from 65535 on')
    taken.close()
  })
})
