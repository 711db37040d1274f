import type { DuetKnowledge } from '../../results/duetReport.ts'
import { percentText } from '../../support/text/percentText.ts'
import { textTable } from '../../support/text/table.ts'

const KNOWN = [
  ['not at all', 'none'],
  ['up to the step before', 'before'],
  ['with what begins on the step', 'onset'],
] as const

/** What a second voice loses with each kind of knowledge of the other voice. */
export function knowledgeText(found: DuetKnowledge): string {
  const rows = KNOWN.map(([words, name]) => {
    const { loss, rhythm, rest, pitch } = found[name]
    return { 'it knows the other voice': words, loss, rhythm, 'note or rest': rest, pitch }
  })
  const alone =
    found.alone === null
      ? []
      : [
          `Alone, on ${found.alone.melodies} general test melodies: loss ${found.alone.loss.toFixed(4)}; the model it started from ${found.alone.parent.toFixed(4)}`,
        ]
  return [
    `${found.passages} held-out passages of ${found.corpus}, both directions; nats per step`,
    textTable(rows),
    `Hearing the step saves ${percentText(found.saved)} of the loss`,
    ...alone,
  ].join('\n')
}
