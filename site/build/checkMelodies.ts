import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { IterationResult } from '../../src/results/iterationResult.ts'
import { namesIn } from '../../src/support/namesIn.ts'

/**
 * What of the published melodies is missing, a sentence each: a MIDI file, its sidecar or its sound that a result names and that
 * is not there. Empty when all is.
 * @param root holds `report/` and `generated_melodies/`.
 */
export async function missingMelodies(root: string): Promise<string[]> {
  const folder = join(root, 'report/results/iterations')
  const names = await namesIn(folder, '.json')
  const missing: string[] = []
  for (const name of names) {
    const { melodies } = JSON.parse(await readFile(join(folder, name), 'utf8')) as Pick<IterationResult, 'melodies'>
    for (const midi of melodies) {
      const files = [
        [midi, 'git checkout or npm run reproduce puts it back'],
        [midi.replace(/\.mid$/, '.json'), 'git checkout or npm run reproduce puts it back'],
        [midi.replace(/\.mid$/, '.mp3'), `cantus render ${midi} says why`],
      ] as const
      const gone = files.find(([file]) => !existsSync(join(root, file)))
      if (gone) missing.push(`report/results/iterations/${name} names ${gone[0]}, which is not there: ${gone[1]}`)
    }
  }
  return missing
}
