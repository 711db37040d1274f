import type { DialogueSettings } from '../instrument/dialogue.ts'
import type { PadScale } from '../instrument/keyPitches.ts'
import { type MetreName, TEMPO_RANGE } from '../instrument/metre.ts'
import { SIDES, type Side, type TimbreName } from '../instrument/sound.ts'
import { MAX_SEED } from '../../../../src/support/random.ts'
import type { WeightsPlace } from './messages.ts'
import { type ModelStandard, ownSettings, whole } from './settings.ts'

/** A model as the page names it. */
export interface TogetherModel extends WeightsPlace, ModelStandard {}

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
  private readonly models: readonly TogetherModel[]
  private readonly modes: Readonly<Record<string, readonly number[]>>
  private readonly actions: FormActions
  private tempo = 96
  private seed = 1

  constructor(root: HTMLElement, models: readonly TogetherModel[], actions: FormActions) {
    this.root = root
    this.models = models
    this.modes = JSON.parse(root.dataset['modes'] ?? '{}') as Record<string, readonly number[]>
    this.actions = actions
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
      beatsPerMinute: this.tempo,
      callLength: call === 'rest' ? 'rest' : (Number(call) as 1 | 2 | 4),
      countInBars: Number(this.field('count').value),
      isLooped: this.field('loop').checked,
      metronome: this.field('metronome').value as DialogueSettings['metronome'],
      temperature: Number(this.field('temperature').value),
      topP: ownSettings(this.model).topP,
      ...{ seed: this.seed, iteration: this.model.iteration, weights: this.model },
    }
  }

  get model(): TogetherModel {
    const name = this.field('model').value
    return this.models.find(({ iteration }) => iteration === name) ?? this.models.at(-1)!
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
    this.tempo = value
    this.field('tempo').value = String(value)
    this.actions.onSettings()
  }

  setSeed(value: number): void {
    this.seed = value
    this.field('seed').value = String(value)
    this.actions.onSettings()
  }

  showOutputs(outputs: readonly { readonly id: string; readonly name: string }[]): void {
    const select = this.root.querySelector<HTMLSelectElement>('#together-output')!
    const chosen = select.value
    select.replaceChildren(new Option('nothing', ''), ...outputs.map(({ id, name }) => new Option(name, id)))
    select.value = outputs.some(({ id }) => id === chosen) ? chosen : ''
  }

  private takeModel(): void {
    this.field('temperature').value = String(ownSettings(this.model).temperature)
    this.showTemperature()
  }

  private showTemperature(): void {
    this.root.querySelector('output')!.textContent = Number(this.field('temperature').value).toFixed(2)
  }

  private listen(): void {
    const { actions } = this
    for (const id of ['metre', 'feel', 'call', 'count', 'loop', 'metronome']) this.on(id, actions.onSettings)
    this.on('model', () => {
      this.takeModel()
      actions.onSettings()
    })
    this.field('temperature').addEventListener('input', () => this.showTemperature())
    this.on('temperature', actions.onSettings)
    this.number('tempo', ['tempo', TEMPO_RANGE.least, TEMPO_RANGE.most], (value) => this.setTempo(value))
    this.number('seed', ['seed', 0, MAX_SEED], (value) => this.setSeed(value))
    for (const id of ['mode', 'root']) this.on(id, actions.onKeys)
    for (const id of ['channel', 'output', 'out-channel', 'clock']) this.on(id, actions.onMidi)
    for (const side of SIDES) this.on(`timbre-${side}`, () => actions.onTimbre(side, this.timbre(side)))
    for (const part of [...SIDES, 'metronome'] as const)
      this.field(`volume-${part}`).addEventListener('input', () => actions.onVolume(part, this.volume(part)))
  }

  private number(id: string, [what, least, most]: [string, number, number], take: (value: number) => void): void {
    this.on(id, () => {
      const field = this.field(id)
      const value = whole(least, most)(field.value)
      const shown = field.value.slice(0, 20)
      this.actions.complain(
        value === undefined ? [`The ${what} “${shown}” cannot be used: a whole number from ${least} to ${most}.`] : [],
      )
      if (value !== undefined) take(value)
      else field.value = String(id === 'tempo' ? this.tempo : this.seed)
    })
  }

  private on(id: string, act: () => void): void {
    this.field(id).addEventListener('change', act)
  }

  /** Selects too: what is read and written of them is the same. */
  private field(id: string): HTMLInputElement {
    return this.root.querySelector<HTMLInputElement>(`#together-${id}`)!
  }
}
