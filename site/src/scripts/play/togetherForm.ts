import type { DialogueSettings, Turn } from '../instrument/dialogue.ts'
import type { PadScale } from '../instrument/keyPitches.ts'
import { METRES, stepsPerBarOf, TEMPO_RANGE } from '../instrument/metre.ts'
import type { BarsAsked } from '../instrument/rewriteTurn.ts'
import { SIDES, type Side, type TimbreName } from '../instrument/sound.ts'
import { METRE_NAMES, type MetreName } from '../../../../src/config/metres.ts'
import { MAX_SEED } from '../../../../src/support/random.ts'
import { isOneOf } from '../../../../src/support/records.ts'
import type { WeightsPlace } from './messages.ts'
import { type ModelStandard, ownSettings, whole } from './settings.ts'
import { itemAt } from '../../../../src/support/itemAt.ts'
import { elementIn } from '../elementIn.ts'
import { ownJson } from '../ownJson.ts'

/** A model as the page names it. */
export interface TogetherModel extends WeightsPlace, ModelStandard {
  /** The model that a style dial leans to. */
  readonly toward?: string
}

/** Fields that hold whole numbers. */
const NUMBERS = [
  { name: 'tempo', what: 'tempo', least: TEMPO_RANGE.least, most: TEMPO_RANGE.most },
  { name: 'seed', what: 'seed', least: 0, most: MAX_SEED },
  { name: 'rewrite-first', what: 'first bar', least: 1, most: 999 },
  { name: 'rewrite-last', what: 'last bar', least: 1, most: 999 },
  { name: 'candidates', what: 'number of draws', least: 1, most: 100 },
] as const
type NumberName = (typeof NUMBERS)[number]['name']

/** A full swing: the second half of a beat begins on its last third. */
const SWING = 2 / 3
/** Beats that divide into thirds are the dotted quarters of another metre. */
const IN_THIRDS: Readonly<Partial<Record<MetreName, MetreName>>> = { '2/4': '6/8', '3/4': '9/8', '4/4': '12/8' }

interface FormActions {
  readonly onSettings: () => void
  readonly onKeys: () => void
  readonly onTimbre: (side: Side, name: TimbreName) => void
  readonly onVolume: (part: Side | 'metronome', value: number) => void
  readonly onMidi: () => void
  readonly complain: (problems: readonly string[]) => void
}

/** The drawer's fields. */
export class TogetherForm {
  private readonly root: HTMLElement
  readonly models: readonly TogetherModel[]
  private readonly modes: Readonly<Record<string, readonly number[]>>
  private readonly actions: FormActions
  /** The last valid value of each number. */
  private readonly numbers: Map<NumberName, number>

  constructor(root: HTMLElement, models: readonly TogetherModel[], actions: FormActions) {
    this.root = root
    this.models = models
    this.modes = ownJson(root.dataset['modes'] ?? '{}')
    this.actions = actions
    this.numbers = new Map(NUMBERS.map(({ name }) => [name, Number(this.field(name).value)]))
    this.listen()
    this.takeModel()
  }

  get settings(): DialogueSettings {
    const metre = this.field('metre').value as MetreName
    const feel = this.field('feel').value
    const call = this.field('call').value
    return {
      metre: feel === 'triplets' ? (IN_THIRDS[metre] ?? metre) : metre,
      swing: feel === 'swing' ? SWING : 0.5,
      beatsPerMinute: this.number('tempo'),
      callLength: call === 'rest' ? 'rest' : (Number(call) as 1 | 2 | 4),
      countInBars: Number(this.field('count').value),
      isLooped: this.field('loop').checked,
      metronome: this.field('metronome').value as DialogueSettings['metronome'],
      temperature: Number(this.field('temperature').value),
      topP: ownSettings(this.model).topP,
      ...{ seed: this.number('seed'), iteration: this.model.iteration, weights: this.model },
      ...(this.dial === null ? {} : { dial: this.dial }),
    }
  }

  /** Where the reply leans to a second model; null where it does not. */
  private get dial(): NonNullable<DialogueSettings['dial']> | null {
    const style = Number(this.field('dial').value)
    const weights = this.toward
    return style === 0 || weights === undefined ? null : { style, iteration: weights.iteration, weights }
  }

  private get toward(): TogetherModel | undefined {
    return this.models.find(({ iteration }) => iteration === this.model.toward)
  }

  /** Bars that are to be drawn again. */
  get rewriting(): BarsAsked {
    const [first, last] = [this.number('rewrite-first'), this.number('rewrite-last')]
    return { first, last: Math.max(first, last), candidates: this.number('candidates') }
  }

  get model(): TogetherModel {
    const name = this.field('model').value
    return this.models.find(({ iteration }) => iteration === name) ?? itemAt(this.models, -1)
  }

  /** Notes of the pads; null for a piano's keys. */
  get scale(): PadScale | null {
    const degrees = this.modes[this.field('mode').value]
    return degrees === undefined ? null : { degrees, root: Number(this.field('root').value) }
  }

  get lettersEverywhere(): boolean {
    return this.field('letters').checked
  }

  /** Channel to listen to; null = all. */
  get channel(): number | null {
    return Number(this.field('channel').value) || null
  }

  get output(): { readonly id: string; readonly channel: number; readonly sendsClock: boolean } {
    const channel = Number(this.field('out-channel').value)
    return { id: this.field('output').value, channel, sendsClock: this.field('clock').checked }
  }

  timbre(side: Side): TimbreName {
    return this.field(`timbre-${side}`).value as TimbreName
  }

  volume(part: Side | 'metronome'): number {
    return Number(this.field(`volume-${part}`).value)
  }

  setTempo(value: number): void {
    this.setNumber('tempo', value)
  }

  setSeed(value: number): void {
    this.setNumber('seed', value)
  }

  /** Takes over how a turn was played and drawn; a model that is not there leaves the one that is chosen. */
  show({ metre, beatsPerMinute, swing, callSteps, iteration, temperature, seed, dial }: Turn): void {
    const bars = callSteps / stepsPerBarOf(METRES[metre])
    if (this.models.some((model) => model.iteration === iteration)) this.field('model').value = iteration
    this.takeModel()
    if (isOneOf(METRE_NAMES, metre)) this.field('metre').value = metre
    this.field('feel').value = swing > 0.5 ? 'swing' : 'straight'
    if ([1, 2, 4].includes(bars)) this.field('call').value = String(bars)
    this.field('temperature').value = String(temperature)
    this.field('dial').value = dial === undefined || this.field('dial').disabled ? '0' : String(dial.style)
    this.showValues()
    this.setNumber('seed', seed)
    this.setNumber('tempo', Math.round(beatsPerMinute))
  }

  private setNumber(name: NumberName, value: number): void {
    this.numbers.set(name, value)
    this.field(name).value = String(value)
    this.actions.onSettings()
  }

  showOutputs(outputs: readonly { readonly id: string; readonly name: string }[]): void {
    const select = elementIn<HTMLSelectElement>(this.root, '#together-output')
    const chosen = select.value
    select.replaceChildren(new Option('nothing', ''), ...outputs.map(({ id, name }) => new Option(name, id)))
    select.value = outputs.some(({ id }) => id === chosen) ? chosen : ''
  }

  private takeModel(): void {
    const { toward } = this
    this.field('temperature').value = String(ownSettings(this.model).temperature)
    this.field('dial').disabled = toward === undefined
    this.field('dial').value = '0'
    elementIn(this.root, '#together-dial-words').textContent =
      toward === undefined
        ? `${this.model.iteration} was not taught a style afterwards: there is nothing to lean to`
        : `0% is ${this.model.iteration} alone, 100% ${toward.iteration} alone; in between both are asked (${toward.iteration} is loaded then)`
    this.showValues()
  }

  private showValues(): void {
    const shown = {
      temperature: (value: number) => value.toFixed(2),
      dial: (value: number) => `${Math.round(100 * value)}%`,
    }
    for (const [id, text] of Object.entries(shown))
      elementIn(this.root, `output[for="together-${id}"]`).textContent = text(Number(this.field(id).value))
  }

  private listen(): void {
    const { actions } = this
    for (const id of ['metre', 'feel', 'call', 'count', 'loop', 'metronome']) this.on(id, actions.onSettings)
    this.on('model', () => {
      this.takeModel()
      actions.onSettings()
    })
    for (const id of ['temperature', 'dial']) {
      this.field(id).addEventListener('input', () => this.showValues())
      this.on(id, actions.onSettings)
    }
    for (const each of NUMBERS) this.listenToNumber(each)
    for (const id of ['mode', 'root']) this.on(id, actions.onKeys)
    for (const id of ['channel', 'output', 'out-channel', 'clock']) this.on(id, actions.onMidi)
    for (const side of SIDES) this.on(`timbre-${side}`, () => actions.onTimbre(side, this.timbre(side)))
    for (const part of [...SIDES, 'metronome'] as const)
      this.field(`volume-${part}`).addEventListener('input', () => actions.onVolume(part, this.volume(part)))
  }

  private number(name: NumberName): number {
    return this.numbers.get(name) ?? NaN
  }

  private listenToNumber({ name, what, least, most }: (typeof NUMBERS)[number]): void {
    this.on(name, () => {
      const field = this.field(name)
      const value = whole(least, most)(field.value)
      const shown = field.value.slice(0, 20)
      this.actions.complain(
        value === undefined ? [`The ${what} “${shown}” cannot be used: a whole number from ${least} to ${most}.`] : [],
      )
      if (value !== undefined) this.setNumber(name, value)
      else field.value = String(this.number(name))
    })
  }

  private on(id: string, act: () => void): void {
    this.field(id).addEventListener('change', act)
  }

  /** Selects too: what is read and written of them is the same. */
  private field(id: string): HTMLInputElement {
    return elementIn<HTMLInputElement>(this.root, `#together-${id}`)
  }
}
