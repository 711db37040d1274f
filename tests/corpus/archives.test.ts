import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { zipSync, type Zippable } from 'fflate'
import { pack } from 'tar-stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ARCHIVE_LIMITS, ArchiveError, safeEntryPath } from '../../src/corpus/archiveLimits.ts'
import { archiveFormat, archiveStem, isUnpacked, unpackOnce } from '../../src/corpus/archives.ts'
import { InterruptedError } from '../../src/support/errors.ts'
import { sha256 } from '../../src/support/files.ts'
import { silentReporter } from '../../src/support/progress.ts'

const effects = { reporter: silentReporter, signal: new AbortController().signal, now: () => Date.now() }
const text = (content: string): Uint8Array => new TextEncoder().encode(content)

/** `abc/a.mid` (100 zero bytes), `b.abc` ("X:1") and `notes.pdf` in a .tar.xz. */
const TAR_XZ = [
  '/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4Cf/AKVdADCYiJP7dDMiGgA3mVNKeutcjD+TFM0RwU80X8XeseOLZthwb1Osgz3ZtU9Q',
  'RjbE5xeyXuz6OB4PWggM/yoXqA9GPj9RJvWhBlniCaTjVr98z1TNP08N6AkzmiI+NxYGH9/9rW/TaSPM+oHg6fNWRAM0HwCZsPGn',
  'LUbZcYfrXL6QXaHC9O1K5Pnc8xmRnMSIzO1LbJM4YUanA/y+PWiOR+u49dbAAAAAAAA83Ula9UdqsAABwQGAUAAA96hkpbHEZ/sC',
  'AAAAAARZWg==',
].join('')

let root = ''
beforeEach(async () => (root = await mkdtemp(join(tmpdir(), 'cantus-archives-'))))
afterEach(() => rm(root, { recursive: true, force: true }))

interface TarEntry {
  readonly name: string
  readonly type?: 'directory' | 'symlink' | 'link' | 'character-device' | 'fifo'
  readonly linkname?: string
  readonly content?: string | Uint8Array
}

async function tar(entries: readonly TarEntry[]): Promise<Uint8Array> {
  const packed = pack({})
  for (const { content, ...header } of entries) {
    if (content === undefined) packed.entry(header).end(undefined)
    else packed.entry(header, Buffer.from(content))
  }
  packed.finalize()
  const chunks: Uint8Array[] = []
  for await (const chunk of packed as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function put(name: string, bytes: Uint8Array) {
  const archive = join(root, name)
  await writeFile(archive, bytes)
  return { archive, target: join(root, 'out', 'music'), sha256: sha256(bytes) }
}

const tgz = async (entries: Parameters<typeof tar>[0], name = 'm.tar.gz') => put(name, gzipSync(await tar(entries)))
const zip = (files: Zippable, name = 'm.zip') => put(name, zipSync(files))

/** Where the zip's directory has the header of its first entry, and where its end lies. */
const CENTRAL = Buffer.from('PK\x01\x02')
const END = Buffer.from('PK\x05\x06')

/** A zip of `a.mid` with bytes of the entry's header in the directory changed. */
async function zipWithHeader(change: (header: Buffer) => void, name = 'a.mid') {
  const bytes = Buffer.from(zipSync({ [name]: text('MThd') }))
  change(bytes.subarray(bytes.indexOf(CENTRAL)))
  return put('m.zip', bytes)
}

/** A tar of `a.mid`, before it a pax header with these records. */
function paxTar(records: string): Buffer {
  const block = (name: string, type: string, content: string): Buffer => {
    const header = Buffer.alloc(512)
    header.write(name)
    header.write('0000644', 100)
    header.write(content.length.toString(8).padStart(11, '0'), 124)
    header.write(type, 156)
    header.write('ustar\x0000', 257)
    sealHeader(header)
    return Buffer.concat([header, Buffer.concat([Buffer.from(content), Buffer.alloc(512)], 512)])
  }
  return Buffer.concat([block('pax', 'x', records), block('a.mid', '0', 'MThd'), Buffer.alloc(1024)])
}

/** A zip of `a.mid` whose directory is found by the records of zip64. */
function zip64(directoryOffset?: bigint): Buffer {
  const bytes = Buffer.from(zipSync({ 'a.mid': text('MThd') }))
  const end = bytes.indexOf(END)
  const end64 = Buffer.alloc(56)
  end64.writeUInt32LE(0x06064b50)
  end64.writeBigUInt64LE(44n, 4)
  end64.writeBigUInt64LE(1n, 24)
  end64.writeBigUInt64LE(1n, 32)
  end64.writeBigUInt64LE(BigInt(end - bytes.indexOf(CENTRAL)), 40)
  end64.writeBigUInt64LE(directoryOffset ?? BigInt(bytes.indexOf(CENTRAL)), 48)
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(0x07064b50)
  locator.writeBigUInt64LE(BigInt(end), 8)
  locator.writeUInt32LE(1, 16)
  const short = Buffer.from(bytes.subarray(end))
  short.fill(0xff, 8, 20) // number of entries, length and offset: see the long ones
  return Buffer.concat([bytes.subarray(0, end), end64, locator, short])
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return files.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort()
}

const MUSIC = ['LICENSE', 'MANIFEST.tsv', 'jazz/a.mid', 'jazz/b.abc', 'stamp.json']

describe('unpackOnce', () => {
  const files = {
    LICENSE: 'free',
    'MANIFEST.tsv': 'path',
    'jazz/a.mid': 'MThd',
    './jazz//b.abc': 'X:1',
    'jazz/c.pdf': '%',
  }

  it('takes the scores, tables and terms of a .tar.gz and leaves the rest', async () => {
    const entries = Object.entries(files).map(([name, content]) => ({ name, content }))
    const request = await tgz([{ name: 'jazz/', type: 'directory' }, ...entries])
    expect(await unpackOnce(request, effects)).toBe(request.target)
    expect(await filesBelow(request.target)).toEqual(MUSIC)
    expect(await readFile(join(request.target, 'jazz/a.mid'), 'utf8')).toBe('MThd')
    expect(await readdir(join(root, 'out'))).toEqual(['music'])
  })

  it('does the same with a .zip, stored or deflated', async () => {
    const packed = Object.fromEntries(Object.entries(files).map(([name, content]) => [name, text(content)]))
    const request = await zip({ ...packed, 'jazz/a.mid': [text('MThd'), { level: 0 }] })
    await unpackOnce(request, effects)
    expect(await filesBelow(request.target)).toEqual(MUSIC)
    expect(await readFile(join(request.target, 'jazz/a.mid'), 'utf8')).toBe('MThd')
  })

  it('reads a zip64', async () => {
    const request = await put('m.zip', zip64())
    await unpackOnce(request, effects)
    expect(await readFile(join(request.target, 'a.mid'), 'utf8')).toBe('MThd')
  })

  it('reads names in UTF-8, said or not, and in the code page of DOS', async () => {
    const said = await zip({ 'Ä.mid': text('1') }) // fflate sets the flag
    await unpackOnce(said, effects)
    expect(await filesBelow(said.target)).toContain('Ä.mid')
    const unsaid = await zipWithHeader((header) => header.writeUInt16LE(0, 8), 'Ö.mid')
    await unpackOnce(unsaid, effects)
    expect(await filesBelow(unsaid.target)).toContain('Ö.mid')
    const dos = await zipWithHeader((header) => header.writeUInt8(0x9a, 46))
    await unpackOnce(dos, effects)
    expect(await filesBelow(dos.target)).toContain('Ü.mid')
  })

  it('does the same with a .tar.xz', async () => {
    const request = await put('m.tar.xz', Buffer.from(TAR_XZ, 'base64'))
    await unpackOnce(request, effects)
    expect(await filesBelow(request.target)).toEqual(['abc/a.mid', 'b.abc', 'stamp.json'])
    expect(await readFile(join(request.target, 'b.abc'), 'utf8')).toBe('X:1')
    expect(await readFile(join(request.target, 'abc/a.mid'))).toEqual(Buffer.alloc(100))
  })

  it('unpacks once, and again when a file is gone or the archive is another', async () => {
    const request = await zip({ 'a.mid': text('one'), 'b.mid': text('two') })
    await unpackOnce(request, effects)
    const { birthtimeMs } = await stat(join(request.target, 'a.mid'))
    await unpackOnce(request, effects)
    expect((await stat(join(request.target, 'a.mid'))).birthtimeMs).toBe(birthtimeMs)
    await rm(join(request.target, 'b.mid'))
    expect(await isUnpacked(request.target, request.sha256)).toBe(false)
    await unpackOnce(request, effects)
    expect(await filesBelow(request.target)).toEqual(['a.mid', 'b.mid', 'stamp.json'])
    await unpackOnce(await zip({ 'c.mid': text('three') }), effects)
    expect(await filesBelow(request.target)).toEqual(['c.mid', 'stamp.json'])
  })

  it('stops when asked, and leaves nothing', async () => {
    const request = await zip({ 'a.mid': text('one') })
    const stopped = { ...effects, signal: AbortSignal.abort() }
    await expect(unpackOnce(request, stopped)).rejects.toThrow(InterruptedError)
    expect(await readdir(join(root, 'out'))).toEqual([])
  })
})

describe('what an archive holds besides', () => {
  async function linesOf(request: Awaited<ReturnType<typeof put>>): Promise<string[]> {
    const lines: string[] = []
    await unpackOnce(request, { ...effects, reporter: { ...silentReporter, line: (text) => lines.push(text) } })
    return lines
  }

  it('is counted by ending, each time the archive is used', async () => {
    const names = ['a.mid', 'in/b.zip', 'in/c.zip', 'd.krn', 'e.mid.gz', 'README.txt', '.hidden']
    const request = await zip(Object.fromEntries(names.map((name) => [name, text('x')])))
    const line =
      `${request.archive}: 4 files not read (2 .zip, 1 .krn, 1 .mid.gz): ` +
      'unpack archives first; scores must be MIDI, ABC, MusicXML or NoteSequence'
    expect(await linesOf(request)).toEqual([expect.stringMatching(/^Unpacked 2 files/), line])
    expect(await linesOf(request)).toEqual([line])
  })

  it('is named where two entries have one name: the last is kept', async () => {
    const entries = [
      { name: 'a.mid', content: 'first' },
      { name: './a.mid', content: 'second' },
    ]
    const request = await tgz(entries)
    expect(await linesOf(request)).toEqual([
      expect.stringMatching(/^Unpacked 1 file of/),
      `${request.archive}: of entries with the same name only the last is kept ("a.mid"): rename them`,
    ])
    expect(await readFile(join(request.target, 'a.mid'), 'utf8')).toBe('second')
  })

  it('is kept apart where names are not UTF-8: they are read as Latin-1', async () => {
    const bytes = Buffer.from(
      await tar([
        { name: 'b_1.mid', content: '1' },
        { name: 'b_2.mid', content: '2' },
      ]),
    )
    for (const [n, byte] of [0xfc, 0xe4].entries()) renameInTar(bytes, `b_${n + 1}.mid`, byte)
    const request = await put('m.tgz', gzipSync(bytes))
    expect(await linesOf(request)).toHaveLength(1)
    expect(await filesBelow(request.target)).toEqual(['bä2.mid', 'bü1.mid', 'stamp.json'])
  })
})

/** Puts a byte in place of the `_` of an entry's name, and the header's sum right. */
function renameInTar(bytes: Buffer, name: string, byte: number): void {
  const at = bytes.indexOf(name)
  bytes[at + name.indexOf('_')] = byte
  sealHeader(bytes.subarray(at, at + 512))
}

function sealHeader(header: Buffer): void {
  header.fill(' ', 148, 156)
  const sum = header.reduce((total, each) => total + each, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
}

describe('an archive that is not to be trusted', () => {
  async function refused(request: Awaited<ReturnType<typeof put>>, message: RegExp, limits = ARCHIVE_LIMITS) {
    const failure = unpackOnce({ ...request, limits }, effects)
    await expect(failure).rejects.toThrow(ArchiveError)
    await expect(failure).rejects.toThrow(message)
    expect((await readdir(root)).sort()).toEqual([request.archive.slice(root.length + 1), 'out'])
    expect(await readdir(join(root, 'out'))).toEqual([])
  }

  const climbing: [string, RegExp][] = [
    ['../out.mid', /entry "\.\.\/out\.mid" climbs out/],
    ['a/../../out.mid', /climbs out/],
    ['/etc/out.mid', /entry "\/etc\/out\.mid" is an absolute path/],
    ['C:/out.mid', /is an absolute path/],
    ['..\\out.mid', /holds a backslash/],
  ]
  it.each(climbing)('is refused for the entry %s of a .zip', async (name, message) => {
    await refused(await zip({ 'a.mid': text('fine'), [name]: text('evil') }), message)
  })
  it.each(climbing)('is refused for the entry %s of a .tar.gz', async (name, message) => {
    const entries = [
      { name: 'a.mid', content: 'fine' },
      { name, content: 'evil' },
    ]
    await refused(await tgz(entries), message)
  })

  it.each([
    ['symlink', /entry "l\.mid" is a link/],
    ['link', /entry "l\.mid" is a link/],
    ['character-device', /entry "l\.mid" is not a plain file/],
    ['fifo', /entry "l\.mid" is not a plain file/],
  ] as const)('is refused for a %s in a tar', async (type, message) => {
    await refused(await tgz([{ name: 'l.mid', type, linkname: '../../secret' }]), message)
  })

  it('is refused for a link in a zip', async () => {
    const link = [text('/etc/passwd'), { os: 3, attrs: 0o120777 << 16 }] as const
    await refused(await zip({ 'l.mid': [...link] }), /entry "l\.mid" is a link/)
  })

  it('is refused for an encrypted entry of a zip, and for one packed in another way', async () => {
    await refused(await zipWithHeader((header) => header.writeUInt16LE(1, 8)), /entry "a\.mid" is encrypted/)
    await refused(
      await zipWithHeader((header) => header.writeUInt16LE(14, 10)),
      /entry "a\.mid" is packed by method 14/,
    )
  })

  it.each([
    ['entries', { entries: 2 }, /more than 2 entries/],
    ['a large file', { fileBytes: 999 }, /entry "a\.mid" has more than 999 bytes/],
    ['all files', { totalBytes: 2500 }, /more than 2500 bytes/],
    ['the ratio', { ratio: 2, ratioFromBytes: 1000 }, /more than 2 times its \d+ bytes/],
  ])('is refused as a bomb by the bound on %s', async (_name, limit, message) => {
    const content = new Uint8Array(1000)
    const names = ['a.mid', 'b.mid', 'c.mid']
    const limits = { ...ARCHIVE_LIMITS, ...limit }
    await refused(await zip(Object.fromEntries(names.map((name) => [name, content]))), message, limits)
    await rm(join(root, 'm.zip'))
    await refused(await tgz(names.map((name) => ({ name, content }))), message, limits)
  })

  it('counts what it passes over in a tar, because that must be unpacked too', async () => {
    const request = await tgz([{ name: 'zeros.bin', content: new Uint8Array(10_000) }])
    await refused(request, /more than 5000 bytes/, { ...ARCHIVE_LIMITS, totalBytes: 5000 })
  })

  it('is named as damaged when it is cut, at any byte', async () => {
    const xz = Buffer.from(TAR_XZ, 'base64')
    const whole = {
      'tar.xz': xz,
      zip: zipSync({ 'a.mid': text('MThd'.repeat(50)) }),
      'tar.gz': gzipSync(await tar([{ name: 'a.mid', content: 'x' }])),
    }
    for (const [ending, bytes] of Object.entries(whole)) {
      for (const part of [0, 1, 10, bytes.length >> 1, bytes.length - 1]) {
        const request = await put(`m.${ending}`, bytes.subarray(0, part))
        await expect(unpackOnce(request, effects), `${ending} ${part}`).rejects.toThrow(/m\.\S+ is damaged/)
      }
    }
  })

  it('is named as damaged when a tar is cut between two entries and packed whole', async () => {
    const bytes = await tar([
      { name: 'a.mid', content: 'x' },
      { name: 'b.mid', content: '\0'.repeat(600) },
    ])
    for (const length of [1024, 1024 + 512 + 1024])
      // after the first entry, after the second
      await refused(await put('m.tgz', gzipSync(bytes.subarray(0, length))), /m\.tgz is damaged \(it is cut/)
    await unpackOnce(await put('m.tgz', gzipSync(bytes)), effects)
  })

  it.each([
    ['of negative size', ' size=-5\n', /m\.tgz is damaged \(Invalid header\)/],
    ['of no number', ' size=x\n', /m\.tgz is damaged \(Invalid header\)/],
    ['of endless size', ' size=99999999999999999999\n', /m\.tgz is damaged \(Unexpected end of data\)/],
  ])('is named as damaged for a pax header %s', async (_name, record, message) => {
    await refused(await put('m.tgz', gzipSync(paxTar(`${record.length + 2}${record}`))), message)
  })

  it('is named as damaged for a pax header of 900 MB', async () => {
    const bytes = Buffer.from(paxTar('6 a=b\n'))
    bytes.write((900e6).toString(8).padStart(11, '0'), 124, 'latin1')
    sealHeader(bytes.subarray(0, 512))
    await refused(await put('m.tgz', gzipSync(bytes)), /m\.tgz is damaged \(Header exceeds max size\)/)
  })

  it('is named as damaged when a byte of a zipped file is wrong', async () => {
    const bytes = zipSync({ 'a.mid': [text('MThd'), { level: 0 }] })
    bytes[bytes.findIndex((byte, n) => byte === 0x4d && bytes[n + 1] === 0x54)] = 0
    await refused(await put('m.zip', bytes), /the checksum of entry "a\.mid" is wrong/)
  })

  it.each([
    ['beyond its end', 10n ** 6n],
    ['beyond what a number holds', 2n ** 60n],
    ['beyond all', 2n ** 64n - 1n],
  ])('is named as damaged when a zip64 has its directory %s', async (_name, offset) => {
    await refused(await put('m.zip', zip64(offset)), /m\.zip is damaged \(it is cut, or an offset in it is wrong\)/)
  })

  it('is named as damaged when an entry is shorter than it says', async () => {
    await refused(await zipWithHeader((header) => header.writeUInt32LE(9, 24)), /m\.zip is damaged \(.* expected 9/)
  })

  it('is refused when a file stands where a folder should', async () => {
    await refused(
      await zip({ 'a.mid': text('1'), 'a.mid/b.mid': text('2') }),
      /entry "a\.mid\/b\.mid" cannot be written/,
    )
  })
})

describe('safeEntryPath', () => {
  it('drops empty parts and dots', () => expect(safeEntryPath('a.zip', './jazz//solo.mid')).toBe('jazz/solo.mid'))
  it('takes dots that are part of a name', () => expect(safeEntryPath('a.zip', '..a/b..mid')).toBe('..a/b..mid'))
})

describe('archiveFormat', () => {
  it.each([
    ['m.tar.xz', 'tar.xz'],
    ['M.TGZ', 'tar.gz'],
    ['m.v2.zip', 'zip'],
    ['m.tar', null],
    ['zip', null],
  ])('%s is %s', (name, format) => expect(archiveFormat(name)).toBe(format))
  it('knows the name without the ending', () => {
    expect(['/a/m.v2.tar.xz', 'm.zip', '.zip'].map(archiveStem)).toEqual(['m.v2', 'm', 'archive'])
    const climbing = ['...zip', '/a/..zip', '...tar.gz', '....tgz']
    expect(climbing.map(archiveStem)).toEqual(climbing.map(() => 'archive'))
  })
})
