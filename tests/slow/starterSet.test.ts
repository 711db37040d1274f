import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sharedFolder } from '../../src/corpus/declared.ts'
import { findCorpus } from '../../src/dataset/buildDataset.ts'
import { loadDataset } from '../../src/dataset/storedDataset.ts'
import { corpusJob } from '../../src/study/corpusJob.ts'
import { chooseStarterSet, starterTexts } from '../../src/study/starterSet.ts'
import { projectRoot, studyFolders } from '../../src/support/projectRoot.ts'
import { quietEffects } from '../../src/support/quietEffects.ts'

const folders = studyFolders()
const effects = quietEffects()
const job = corpusJob({ corpus: ['shared'], style: [], folders })

/** The data set of the shared corpora where it was built before: building it takes ten minutes. */
async function builtCorpus() {
  if (!existsSync(join(sharedFolder({}), 'general.tar.xz'))) return null
  return findCorpus(job, effects)
}
const built = await builtCorpus()
if (built === null)
  console.warn('SKIPPED: the starter set is not chosen again: "cantus corpus build --corpus shared" was not run here')

describe.skipIf(built === null)('the starter set, chosen again', () => {
  it('is what is committed, and its held-out pieces are of no training family', async () => {
    const set = await chooseStarterSet(folders, effects)
    for (const [path, text] of Object.entries(starterTexts(set)))
      expect(readFileSync(join(projectRoot, path), 'utf8')).toBe(text)
    const { files } = (await loadDataset(built!.folder))!
    const training = new Set(files.filter(({ split }) => split !== 'test').map(({ family }) => family))
    const held = [...set.families.tunes, ...set.families.passages]
    expect(held.filter((family) => training.has(family))).toEqual([])
    expect(new Set([...held, ...set.families.melodies]).size).toBe(12 + 40 + 200)
  })
})
