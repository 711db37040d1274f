import { counted } from '../../support/text/counted.ts'
import type { SharedArchive } from '../../corpus/sources.ts'

/**
 * The card of the data, and the split list of the collections whose licences allow to share what is made from them.
 * @param splitList the published list: path, side, family, style, parts.
 */
export function dataCard(splitList: string, archives: readonly SharedArchive[]): Record<string, string> {
  const collections = archives.flatMap((archive) => archive.collections)
  const shown = collections.filter(({ mayBeShown }) => mayBeShown)
  const [heading = '', ...lines] = splitList.trimEnd().split('\n')
  const kept = lines.filter((line) => shown.some(({ folder }) => line.startsWith(`${folder}/`)))
  const rows = collections.map(({ folder, title, files, licence, use, mayBeShown }) => {
    return `| \`${folder}\` | ${title} | ${files.toLocaleString('en')} | ${licence} | ${use} | ${mayBeShown ? 'yes' : 'no'} |`
  })
  const card = `---
license: other
license_name: by-collection
pretty_name: Melodies of Cantus
task_categories:
  - other
tags:
  - music
  - symbolic-music
configs:
  - config_name: split
    data_files: split.tsv
---

# The data of Cantus

The models learnt from melodies of these files. No music is part of this card. \`split.tsv\` names ${counted(kept.length, 'file')} of ${shown.length} collections whose
licences allow it, with their side of the split (train, validation, test), the first file of their family, their style and the
data sets that hold them. Like files are of one family, and a family lies on one side.

| folder | collection | files | licence | what may be done | in split.tsv |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`
  return { 'data/README.md': card, 'data/split.tsv': `${[heading, ...kept].join('\n')}\n` }
}
