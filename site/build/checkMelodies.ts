import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { NOTEBOOKS } from '../../src/notebook/notebookRequest.ts'
import { controlMelodiesFile } from '../../src/results/controlMelodies.ts'
import { publishedDuetsFile } from '../../src/results/publishedDuets.ts'
import { iterationFile } from '../../src/results/iterationResult.ts'
import { readResults } from '../../src/results/publishedResults.ts'
import { starterReportFile } from '../../src/results/starterReport.ts'
import { type TunerReport, tunerFile } from '../../src/results/tunerReport.ts'

/**
 * What of the published melodies is missing, a sentence each: a MIDI file, its sidecar or its sound that a result names and that
 * is not there. Empty when all is.
 * @param root holds `report/` and `generated_melodies/`.
 */
export function missingMelodies(root: string): string[] {
  const missing: string[] = []
  for (const { config, melodies } of readResults(root)) {
    for (const midi of melodies) {
      const files = [
        [midi, 'restore it with git checkout or npm run reproduce'],
        [midi.replace(/\.mid$/, '.json'), 'restore it with git checkout or npm run reproduce'],
        [midi.replace(/\.mid$/, '.mp3'), `cantus render ${midi} says why`],
      ] as const
      const gone = files.find(([file]) => !existsSync(join(root, file)))
      if (gone) missing.push(`${iterationFile(config.iteration).path} names ${gone[0]}, which is not there: ${gone[1]}`)
    }
  }
  for (const { file } of starterReportFile.read(root)?.melodies ?? []) {
    const gone = [file, file.replace(/\.mid$/, '.mp3')].find((each) => !existsSync(join(root, each)))
    if (gone) missing.push(`${starterReportFile.path} names ${gone}, which is not there: cantus study starter makes it`)
  }
  const sets = [
    { path: controlMelodiesFile.path, of: controlMelodiesFile.read(root)?.melodies, by: 'cantus study controls' },
    { path: publishedDuetsFile.path, of: publishedDuetsFile.read(root)?.duets, by: 'cantus study duets' },
    { path: tunerFile.path, of: tunerFile.read(root)?.melodies.flatMap(filesOf), by: tunerFile.command },
  ]
  for (const { path, of = [], by } of sets)
    for (const { file } of of) {
      const gone = ['.mid', '.json', '.mp3']
        .map((end) => file.replace(/\.mid$/, end))
        .find((each) => !existsSync(join(root, each)))
      if (gone) missing.push(`${path} names ${gone}, which is not there: ${by} makes it`)
    }
  return missing
}

const filesOf = ({ before, after }: TunerReport['melodies'][number]): { readonly file: string }[] =>
  [before, after].map((place) => ({ file: `generated_melodies/${place}.mid` }))

/** The notebooks of the project that were not executed, a sentence each. */
export const missingNotebooks = (root: string): string[] =>
  NOTEBOOKS.map(({ name }) => `report/notebooks/${name}.ipynb`)
    .filter((file) => !existsSync(join(root, file)))
    .map((file) => `the report has no ${file}: restore it with git checkout or npm run reproduce`)
