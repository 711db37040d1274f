import type { ModelSpec } from '../../config/modelSpec.ts'
import { TEST_SETS, type BySet, type TestScores } from '../../results/summary.ts'
import { parameterShapes } from '../../model/weights.ts'

/** What a model card is made from. */
export interface ModelCardFacts {
  /** An iteration, or a run. */
  readonly name: string
  readonly title: string | null
  readonly step: number
  readonly spec: ModelSpec
  readonly sha256: string
  /** Whether the card of its data lies beside it. */
  readonly hasData: boolean
  readonly isPublished: boolean
  /** Of the test melodies; absent where nobody measured. */
  readonly scores?: BySet<TestScores>
}

/** Ten lines of JavaScript that use the weights; the card shows them, and a test runs them. */
export const USE = `import { writeFile } from 'node:fs/promises'
import { continueMelody, loadModel, melodyFromEvents, melodyToNoteSequence, mulberry32, plainSampling, writeMidi } from 'cantus'

// One event per sixteenth: a MIDI pitch, -2 nothing new, -1 the note ends.
const primer = [60, -2, 62, -2, 64, -2, 65, -2, 67, -2, -2, -2, -1, -2, -2, -2]
const { model } = await loadModel('model.safetensors')
const { events } = await continueMelody(model, primer, { ...plainSampling, totalSteps: 128 }, mulberry32(1))
await writeFile('melody.mid', writeMidi(melodyToNoteSequence(melodyFromEvents(events))))
console.log(events.join(' '))
`

/** The README of a model on a hub: front matter in YAML, then what it is, how to use it, what it learnt from, its numbers. */
export function modelCard(facts: ModelCardFacts): string {
  const { name, title, step, spec, sha256, hasData, isPublished, scores } = facts
  const parameters = parameterShapes(spec).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)
  const learnt = isPublished
    ? `Melodies of 19,561 files of folk tunes, songs, scores and, from 2.1 on, piano performances.${hasData ? ' `data/README.md` lists the collections, and for those whose licences allow it which file lay on which side of the split.' : ''}`
    : 'Music of whoever trained it; ask them.'
  return `---
${frontMatter(facts)}---

# Cantus ${name}

${title ?? 'A model of melodies'}: ${parameters.toLocaleString('en')} parameters after ${step.toLocaleString('en')} optimizer steps. It continues melodies of one voice${'kind' in spec ? ', which it reads note by note' : ' on a grid of sixteenths'}.

## Use

\`\`\`js
${USE}\`\`\`

\`npx cantus generate model.safetensors --primer song.mid\` does the same from a command line.

## Data and licence

${learnt} The MIT licence of Cantus covers its code, not the music: much of it may not be used
commercially, and some is under copyright. Judge for yourself what the weights may be used for.

## Numbers

${scores === undefined ? 'Not measured: `cantus evaluate model.safetensors --corpus MUSIC` does.' : scoreTable(scores)}

Weights: 16 bits, made from a file with sha256 \`${sha256}\`.
`
}

function frontMatter({ name, scores, hasData }: ModelCardFacts): string {
  const head = [
    ...['library_name: cantus', 'license: other', 'license_name: mit-code-mixed-music'],
    ...[`license_link: ${hasData ? 'data/README.md' : 'README.md'}`, 'pipeline_tag: audio-to-audio'],
    ...['tags:', '  - music', '  - symbolic-music', '  - melody', '  - lstm'],
  ]
  const results =
    scores === undefined ? [] : ['model-index:', `  - name: cantus-${name}`, '    results:', ...resultLines(scores)]
  return `${[...head, ...results].join('\n')}\n`
}

const SETS = { general: 'Test melodies of the general corpus', style: 'Test melodies of the style' } as const

function resultLines(scores: BySet<TestScores>): string[] {
  return TEST_SETS.flatMap((set) => [
    ...['      - task:', '          type: other', '          name: melody continuation'],
    ...['        dataset:', `          type: cantus-${set}`, `          name: ${SETS[set]}`, '        metrics:'],
    ...(['bitsPerNote', 'perplexity', 'eventAccuracy'] as const).flatMap((measure) => [
      ...[`          - type: ${measure}`, `            value: ${scores[set][measure].value.toFixed(4)}`],
    ]),
  ])
}

function scoreTable(scores: BySet<TestScores>): string {
  const rows = TEST_SETS.map((set) => {
    const { bitsPerNote, perplexity, eventAccuracy, melodies } = scores[set]
    const range = `${bitsPerNote.value.toFixed(2)} (${bitsPerNote.low.toFixed(2)} to ${bitsPerNote.high.toFixed(2)})`
    return `| ${SETS[set]} | ${melodies.toLocaleString('en')} | ${range} | ${perplexity.value.toFixed(3)} | ${eventAccuracy.value.toFixed(3)} |`
  })
  return [
    '| measured on | melodies | bits per note (95% interval) | perplexity per step | accuracy where a note begins |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}
