import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { mulberry32, type Random } from '../../src/support/random.ts'

const synth = join(projectRoot, 'tests', 'goldens', 'data', 'midi', 'synth')
const corrupt = join(projectRoot, 'tests', 'fixtures', 'corrupt')

const pick = (notes: string, random: Random): string => notes[Math.floor(random.next() * notes.length)]!

/** A tune of sixteen bars of eighths, of notes drawn at random. */
export function randomTune(reference: number, random: Random): string {
  const bar = (): string => Array.from({ length: 8 }, () => pick('CDEFGABcdefg', random)).join('')
  const bars = Array.from({ length: 16 }, bar).join('|')
  return `X:${reference}\nT:Tune ${reference}\nM:4/4\nL:1/8\nK:${pick('CDFGA', random)}\n${bars}|]\n`
}

/** The MIDI file with a text in its first track, so that its bytes are like no other's and its notes are the same. */
function withText(midi: Buffer, text: string): Buffer {
  const first = 14 // after the header chunk; a track's name and length are 8 bytes
  const event = Buffer.concat([Buffer.from([0, 0xff, 0x01, text.length]), Buffer.from(text)])
  const track = Buffer.from(midi.subarray(first, first + 8))
  track.writeUInt32BE(track.readUInt32BE(4) + event.length, 4)
  return Buffer.concat([midi.subarray(0, first), track, event, midi.subarray(first + 8)])
}

/**
 * Writes a corpus of all that a real one has: tunes and tunebooks, MIDI files, exact copies and damaged files.
 * @returns how many scores it holds, a tune of a tunebook counted as one.
 */
export async function writeMixedCorpus(folder: string, seed: number): Promise<number> {
  const random = mulberry32(seed)
  for (const name of ['abc', 'midi', 'copies']) await mkdir(join(folder, name), { recursive: true })
  let scores = 0
  for (let n = 0; n < 300; n++, scores++) await writeFile(join(folder, 'abc', `${n}.abc`), randomTune(n, random))
  for (let n = 0; n < 20; n++, scores += 10) {
    const tunes = Array.from({ length: 10 }, (_, t) => randomTune(t, random))
    await writeFile(join(folder, 'abc', `book-${n}.abc`), tunes.join('\n'))
  }
  const midis = (await readdir(synth)).filter((name) => name.endsWith('.mid')).sort()
  for (let n = 0; n < 200; n++, scores++) {
    const midi = await readFile(join(synth, midis[n % midis.length]!))
    await writeFile(join(folder, 'midi', `${n}.mid`), withText(midi, `take ${n}`))
  }
  for (let n = 0; n < 30; n++, scores++) await cp(join(folder, 'midi', `${n}.mid`), join(folder, 'copies', `${n}.mid`))
  for (let n = 0; n < 30; n++, scores++) await cp(join(folder, 'abc', `${n}.abc`), join(folder, 'copies', `${n}.abc`))
  const damaged = await readdir(corrupt)
  for (const name of damaged) await cp(join(corrupt, name), join(folder, 'damaged', name))
  return scores + damaged.length
}
