import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { loadWeights } from '../../src/model/checkpoint.ts'
import { readSummary } from '../../src/results/publishedResults.ts'
import { exportHub } from '../../src/study/exportHub.ts'
import { USE } from '../../src/study/hub/modelCard.ts'
import { projectRoot, studyFolders } from '../../src/support/projectRoot.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-hub-'))
})
afterAll(() => rm(folder, { recursive: true }))

const folders = studyFolders({})
const frontMatter = (card: string): unknown => parse(/^---\n(.*?)\n---\n/s.exec(card)?.[1] ?? '')

describe('exportHub', () => {
  it.each(['1', '3.1'] as const)('writes cards, weights and settings of %s', async (source) => {
    const out = join(folder, source)
    const { files } = await exportHub({ source, out, folders })
    expect(files.map((file) => file.slice(out.length + 1)).sort()).toEqual(
      ['README.md', 'config.json', 'data/README.md', 'data/split.tsv', 'model.safetensors'].sort(),
    )
    const card = await readFile(join(out, 'README.md'), 'utf8')
    const value = readSummary(projectRoot)?.iterations[source]?.test.general.bitsPerNote.value
    expect(frontMatter(card)).toMatchObject({
      ...{
        library_name: 'cantus',
        license: 'other',
        license_name: 'mit-code-mixed-music',
        license_link: 'data/README.md',
      },
      'model-index': [
        {
          name: `cantus-${source}`,
          results: [
            {
              task: { type: 'other' },
              dataset: { type: 'cantus-general', name: 'Test melodies of the general corpus' },
              metrics: [{ type: 'bitsPerNote', value: Number(value?.toFixed(4)) }, {}, {}],
            },
            { dataset: { type: 'cantus-style' } },
          ],
        },
      ],
    })
    expect(card).toContain(`\`\`\`js\n${USE}\`\`\``)
    const published = await loadWeights(join(projectRoot, `report/results/checkpoints/${source}.safetensors`))
    expect((await loadWeights(join(out, 'model.safetensors'))).checkpoint.weights).toEqual(published.checkpoint.weights)
  })

  it('lists the split of collections that may be shared, and of no other', async () => {
    const lines = (await readFile(join(folder, '1/data/split.tsv'), 'utf8')).trim().split('\n')
    const collections = new Set(lines.slice(1).map((line) => line.split('/').slice(0, 2).join('/')))
    expect(collections).toContain('general/openscore-lieder-vocal')
    for (const other of ['general/pop909', 'general/oneills1850', 'performances/asap', 'style/game-vgmidi'])
      expect(collections).not.toContain(other)
    expect(frontMatter(await readFile(join(folder, '1/data/README.md'), 'utf8'))).toMatchObject({ license: 'other' })
  })

  it('says of other weights that nobody measured them', async () => {
    const source = join(projectRoot, 'tests/goldens/data/tensorflow/basic_rnn.mag')
    await exportHub({ source, out: join(folder, 'mag'), folders })
    const card = await readFile(join(folder, 'mag/README.md'), 'utf8')
    expect(card).toContain('Not measured: `cantus evaluate model.safetensors --corpus MUSIC` does.')
    expect(frontMatter(card)).not.toHaveProperty('model-index')
  })

  it('shows a use of ten lines', () => {
    expect(USE.trimEnd().split('\n').length).toBeLessThanOrEqual(10)
  })
})
