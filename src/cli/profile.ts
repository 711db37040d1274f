import type { Command } from 'commander'
import { profileFiles, profileText } from '../evaluation/musicalProfile.ts'
import { humanReference } from '../study/musicalStudy.ts'
import { withJson, withResultsFolder } from './options.ts'
import { type AsJson, printFound } from '../study/printFound.ts'
import type { ResultsAsked } from '../study/studyResults.ts'

/** Profiles files and prints the result. */
export async function runProfile(
  paths: readonly string[],
  { results, json }: Pick<ResultsAsked, 'results'> & AsJson,
): Promise<void> {
  await printFound(
    { results, json },
    ({ folders }, effects) => profileFiles(paths, humanReference(folders.root), effects),
    profileText,
  )
}

/** `cantus profile PATHS` */
export function registerProfile(program: Command): void {
  withJson(withResultsFolder(program.command('profile')))
    .description(
      'profile melodies and compare them with human ones: repetition, motifs, key, motion, rhythm, structure',
    )
    .argument('<paths...>', 'scores (MIDI, ABC, MusicXML, NoteSequences), or folders of them')
    .action(runProfile)
}
