import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CorpusFolders } from '../../corpus/declared.ts'
import { fetchCorpus } from '../../corpus/fetchCorpus.ts'
import { palestrinaSource } from '../../corpus/palestrinaSource.ts'
import { readHumdrum } from '../../dataset/readHumdrum.ts'
import { writeMidi } from '../../score/writeMidi.ts'
import type { Effects } from '../../support/effects.ts'
import { InterruptedError } from '../../support/errors.ts'
import { readIfThere, sha256 } from '../../support/files.ts'
import { replaceFolder } from '../../support/folders.ts'
import { counted } from '../../support/text/counted.ts'

const STAMP = 'stamp.txt'

/**
 * The folder of Palestrina's masses as MIDI, one file per movement; fetched with pip and converted where it is not there yet. From
 * there on they are files like any other.
 * @throws CorpusFetchError with the remedy; InterruptedError.
 */
export async function palestrinaMidi(folders: CorpusFolders, effects: Effects): Promise<string> {
  const root = await fetchCorpus(folders, effects, palestrinaSource)
  const from = join(root, 'palestrina')
  const names = (await readdir(from)).filter((name) => name.endsWith('.krn')).sort()
  const files = new Map<string, Uint8Array>()
  for (const name of names) {
    if (effects.signal.aborted) throw new InterruptedError('stopped while reading Palestrina; nothing was written')
    files.set(name.replace(/\.krn$/, '.mid'), writeMidi(readHumdrum(await readFile(join(from, name), 'utf8'))))
  }
  const target = join(folders.data, 'raw', 'palestrina')
  const stamp = sha256([...files].map(([name, bytes]) => `${name} ${sha256(bytes)}`).join('\n'))
  const isWhole = async (): Promise<boolean> => (await readIfThere(join(target, STAMP)))?.toString() === stamp
  if (await isWhole()) return target
  const write = async (temporary: string): Promise<void> => {
    for (const [name, bytes] of files) await writeFile(join(temporary, name), bytes)
    await writeFile(join(temporary, STAMP), stamp)
  }
  await replaceFolder({ target, nowMs: effects.now(), write, isWhole })
  effects.reporter.line(`Converted ${counted(files.size, 'movement')} by Palestrina to MIDI in ${target}`)
  return target
}
