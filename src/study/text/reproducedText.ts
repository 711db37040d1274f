import { join } from 'node:path'
import { itemAt } from '../../support/itemAt.ts'
import { projectRoot, type StudyFolders } from '../../support/projectRoot.ts'
import { commandLine } from '../../support/text/commandLine.ts'
import { counted } from '../../support/text/counted.ts'
import type { ReproduceResult } from '../reproduceStudy.ts'
import { shownPath } from '../studyResults.ts'

/** What a person reads at the end: what was made, and the commands that open these very results. */
export function reproducedText({ results, notebooks, site, seconds }: ReproduceResult, { root }: StudyFolders): string {
  const minutes = `${Math.floor(Math.round(seconds) / 60)} min ${Math.round(seconds) % 60} s`
  const melodies = results.reduce((sum, { melodies }) => sum + melodies.length, 0)
  const newest = itemAt(results, -1).config.iteration
  const opens = (command: string, ...words: string[]): string =>
    commandLine(`npx cantus ${command}`, words, root === projectRoot ? [] : ['--results', shownPath(root)])
  return [
    `\nDone in ${minutes}: ${counted(results.length, 'iteration')}, ${counted(melodies, 'melody', 'melodies')}, ${counted(notebooks.length, 'notebook')}.`,
    `  numbers   ${shownPath(join(root, 'report/results'))}/`,
    `  melodies  ${shownPath(join(root, 'generated_melodies'))}/`,
    ...(notebooks.length > 0 ? [`  notebooks ${opens('lab')}`] : []),
    ...(site === null ? [] : [`  report    ${opens('site')}`]),
    `  more      ${opens('generate', '--iteration', newest)}`,
  ].join('\n')
}
