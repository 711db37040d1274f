import { probabilityText } from '../../../../src/support/text/percentText.ts'
import { eventName } from '../../../../src/melody/pitchName.ts'
import { STEPS_PER_BAR } from '../../../../src/melody/melody.ts'
import { itemAt } from '../../../../src/support/itemAt.ts'
import { elementIn } from '../elementIn.ts'

/** Events a table shows, the one taken besides. */
const SHOWN = 6

/** @example placeName(17) // 'bar 2, step 2' */
export const placeName = (step: number): string =>
  `bar ${Math.floor(step / STEPS_PER_BAR) + 1}, step ${(step % STEPS_PER_BAR) + 1}`

/** The likeliest events of a row, and the one taken where it is not among them. */
function likeliestEvents(row: Float32Array, taken: number): { event: number; share: number; rank: number }[] {
  const ranked = [...row.keys()].sort((a, b) => itemAt(row, b) - itemAt(row, a) || a - b)
  return ranked
    .map((index, n) => ({ event: index - 2, share: itemAt(row, index), rank: n + 1 }))
    .filter(({ event, rank }) => rank <= SHOWN || event === taken)
}

/** Shows what was expected at a step as a table; the picture in words. */
export function showExpected(
  root: HTMLElement,
  row: Float32Array | undefined,
  { step, taken, isGiven }: { step: number; taken: number; isGiven: boolean },
): void {
  const table = elementIn<HTMLTableElement>(root, '#play-expected')
  const place = elementIn(root, '#play-expected-place')
  table.hidden = row === undefined
  if (row === undefined) {
    place.textContent =
      step === 0
        ? 'A model has no expectation for the first event: move the cursor to a later step.'
        : 'Nothing has been made at the cursor yet. Press Continue to see what the model expects there.'
    return
  }
  place.textContent = `At ${placeName(step)}:`
  const body = itemAt(table.tBodies, 0)
  body.replaceChildren(
    ...likeliestEvents(row, taken).map(({ event, share, rank }) => {
      const line = document.createElement('tr')
      line.className = event === taken ? 'taken' : ''
      const words =
        event === taken ? `${isGiven ? 'what was given' : 'what came'}${rank > SHOWN ? `, number ${rank}` : ''}` : ''
      for (const [text, kind] of [
        [eventName(event), ''],
        [probabilityText(share), 'number'],
        [words, ''],
      ] as const) {
        const cell = line.insertCell()
        cell.textContent = text
        cell.className = kind
      }
      return line
    }),
  )
}
