import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parseStarter, STARTER_FILES, STARTER_FOLDER } from '../../src/results/starterSet.ts'
import { starterTexts, type StarterSet } from '../../src/study/starterSet.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { recordOf } from '../../src/support/records.ts'

const textOf = (path: string): string => readFileSync(join(projectRoot, path), 'utf8')

it('the starter set is written as it is committed, README included', () => {
  const files = recordOf(STARTER_FILES, (name) =>
    parseStarter(name, textOf(`${STARTER_FOLDER}/${name}.json`)),
  ) as StarterSet['files']
  const texts = starterTexts({ files, families: { tunes: [], passages: [], melodies: [] } })
  expect(Object.keys(texts)).toHaveLength(4)
  for (const [path, text] of Object.entries(texts)) expect(text, path).toBe(textOf(path))
})
