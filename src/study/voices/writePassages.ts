import { join } from 'node:path'
import type { TwoVoicePassage } from '../../dataset/twoVoices.ts'
import { createFolder } from '../../support/createFolder.ts'
import { sha256, writeFileAtomic } from '../../support/files.ts'
import { passageMidi } from './passageMidi.ts'

/** Writes some passages as MIDI, the first by the sha256 of their names. @returns the paths. */
export async function writePassages(
  passages: readonly TwoVoicePassage[],
  out: string,
  count: number,
): Promise<string[]> {
  createFolder(out)
  const ranked = passages.map((passage) => ({ passage, rank: sha256(passage.id) }))
  const first = ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1)).slice(0, count)
  const written: string[] = []
  for (const { passage, rank } of first) {
    const path = join(out, `${passage.split}-${rank.slice(0, 12)}.mid`)
    await writeFileAtomic(path, passageMidi(passage))
    written.push(path)
  }
  return written
}
