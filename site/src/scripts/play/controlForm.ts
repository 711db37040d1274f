import { MODE_NAMES, type ModeName } from '../../../../src/config/modes.ts'
import { findTonality } from '../../../../src/generation/control/findTonality.ts'
import type { Control, ControlCost } from '../../../../src/results/control.ts'
import { elementIn } from '../elementIn.ts'
import { isOneOf } from '../../../../src/support/records.ts'

/** Controls that are numbers: field, least, most, and by how much the field's value is divided. */
const NUMBERS = [
  { name: 'density', what: 'density', most: 4, divisor: 1 },
  { name: 'range', what: 'range', most: 48, divisor: 1 },
  { name: 'stepwise', what: 'share of moves by step', most: 100, divisor: 100 },
  { name: 'repetition', what: 'share of repeated notes', most: 100, divisor: 100 },
] as const

/** The notes' key is that of the call. */
const OF_CALL = 'call'

interface ControlFormActions {
  readonly onChange: () => void
  readonly complain: (problems: readonly string[]) => void
}

/** The drawer's controls of the reply; each shows what it cost last. */
export class ControlForm {
  private readonly root: HTMLElement
  private readonly values = new Map<string, number>()

  constructor(root: HTMLElement, actions: ControlFormActions) {
    this.root = root
    for (const name of ['key', 'key-root', 'key-hard', 'accent', 'rhythm', 'pitches'])
      this.field(name).addEventListener('change', actions.onChange)
    for (const each of NUMBERS)
      this.field(each.name).addEventListener('change', () => {
        const problem = this.takeNumber(each)
        actions.complain(problem === null ? [] : [problem])
        actions.onChange()
      })
  }

  /** What the reply to a call is held to. */
  controlOf(call: readonly number[]): Control {
    const key = this.keyOf(call)
    return {
      ...(key === null ? {} : { key: { ...key, hard: this.field('key-hard').checked } }),
      ...(this.field('accent').checked ? { accent: 1 } : {}),
      ...(this.field('rhythm').checked ? { rhythm: call } : {}),
      ...(this.field('pitches').checked ? { pitches: call } : {}),
      ...Object.fromEntries(this.values),
    }
  }

  /** Takes over what a reply was held to; a key that was the call's own is shown by name. */
  show({ key, accent, rhythm, pitches, ...numbers }: Control): void {
    this.field('key').value = key?.mode ?? ''
    if (key !== undefined) this.field('key-root').value = String(key.root)
    this.field('key-hard').checked = key?.hard ?? true
    this.field('accent').checked = accent !== undefined
    this.field('rhythm').checked = rhythm !== undefined
    this.field('pitches').checked = pitches !== undefined
    for (const each of NUMBERS) {
      const value = numbers[each.name]
      this.field(each.name).value = value === undefined ? '' : String(Math.round(value * each.divisor * 100) / 100)
      this.takeNumber(each)
    }
  }

  /** Shows what each control cost in the last reply, in bits per note. */
  showCost(cost: ControlCost | null): void {
    for (const output of this.root.querySelectorAll<HTMLElement>('[data-cost]')) {
      const bits = cost?.each[output.dataset['cost'] ?? '']
      output.textContent = bits === undefined ? '' : `cost ${bits.toFixed(2)} bits per note`
    }
  }

  private keyOf(call: readonly number[]): { readonly root: number; readonly mode: ModeName } | null {
    const chosen = this.field('key').value
    if (chosen === OF_CALL) return findTonality(call)
    return isOneOf(MODE_NAMES, chosen) ? { root: Number(this.field('key-root').value), mode: chosen } : null
  }

  /** Takes a field's number, or none; the problem with it. */
  private takeNumber({ name, what, most, divisor }: (typeof NUMBERS)[number]): string | null {
    const field = this.field(name)
    const text = field.value.trim()
    const value = Number(text)
    const isFree = text === '' && !field.validity.badInput
    if (isFree) this.values.delete(name)
    else if (text !== '' && value >= 0 && value <= most)
      this.values.set(name, name === 'range' ? Math.round(value) : value / divisor)
    else {
      const before = this.values.get(name)
      field.value = before === undefined ? '' : String(before * divisor)
      return `The ${what} “${text.slice(0, 20)}” cannot be used: a number from 0 to ${most}, or nothing.`
    }
    return null
  }

  private field(name: string): HTMLInputElement {
    return elementIn<HTMLInputElement>(this.root, `#together-control-${name}`)
  }
}
