import { UNROLLED_FRAME, type UnrolledMelody, unrolledSvg, unrolledWords } from '../../../src/charts/unrolled.ts'
import { ownAnswer } from './ownJson.ts'
import { elementIn } from './elementIn.ts'

/**
 * The unrolled network, step by step: a slider moves along the melody, and the words under the drawing work out the step.
 * Its numbers are loaded when it is first touched.
 */
class UnrolledNetwork extends HTMLElement {
  private data: readonly UnrolledMelody[] | null = null

  connectedCallback(): void {
    this.addEventListener('input', () => void this.show())
    void this.show()
  }

  private async show(): Promise<void> {
    const melody = this.numberOf('melody')
    for (const roll of this.querySelectorAll<HTMLElement>('.unrolled-roll'))
      roll.hidden = Number(roll.dataset['melody']) !== melody
    const step = this.numberOf('step')
    this.mark(step)
    if (this.data === null && this.isAsBuilt()) return
    this.data ??= await ownAnswer<UnrolledMelody[]>(await fetch(this.dataset['source'] ?? ''))
    const shown = this.data[this.numberOf('melody')]
    if (!shown) return
    const unit = this.units(shown)
    const lanes = this.querySelector('.unrolled-lanes')
    if (lanes) lanes.innerHTML = unrolledSvg(shown, unit)
    this.say(unrolledWords(shown, Math.min(this.numberOf('step'), shown.steps.length - 1), unit))
    this.mark(this.numberOf('step'))
  }

  /** Nothing was chosen yet: the page shows it already. */
  private isAsBuilt(): boolean {
    return (
      this.field('step').value === this.field('step').getAttribute('value') &&
      this.numberOf('melody') + this.numberOf('unit') === 0
    )
  }

  /** The units of this melody in the list, and the one that is chosen. */
  private units({ chosen }: UnrolledMelody): number {
    const select = elementIn<HTMLSelectElement>(this, '[name="unit"]')
    for (const [n, option] of [...select.options].entries()) option.text = String((chosen[n] ?? 0) + 1)
    return Number(select.value)
  }

  private say(words: readonly { name: string; text: string }[]): void {
    const list = this.querySelector('.unrolled-words')
    list?.replaceChildren(
      ...words.map(({ name, text }) => {
        const row = document.createElement('div')
        const [term, value] = [document.createElement('dt'), document.createElement('dd')]
        term.textContent = name
        value.textContent = text
        row.append(term, value)
        return row
      }),
    )
  }

  /** A line through the drawings at the step. */
  private mark(step: number): void {
    const { width, left, right } = UNROLLED_FRAME
    const steps = Number(elementIn<HTMLInputElement>(this, '[name="step"]').max) + 1
    const share = (left + ((width - left - right) * (step + 0.5)) / steps) / width
    for (const drawing of this.querySelectorAll<HTMLElement>('.unrolled-roll, .unrolled-lanes')) {
      let line = drawing.querySelector<HTMLElement>('.step-line')
      if (!line) {
        line = document.createElement('div')
        line.className = 'step-line'
        drawing.append(line)
      }
      line.style.left = `${share * 100}%`
    }
  }

  private field(name: string): HTMLInputElement | HTMLSelectElement {
    return elementIn<HTMLInputElement | HTMLSelectElement>(this, `[name="${name}"]`)
  }

  private numberOf(name: string): number {
    return Number(this.field(name).value)
  }
}

customElements.define('unrolled-network', UnrolledNetwork)
