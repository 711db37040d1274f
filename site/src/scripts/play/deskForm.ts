import { commandLine, MAX_BARS, MAX_QPM, MIN_QPM, type Presets, primerName, type Settings, whole } from './settings.ts'
import { MAX_SEED } from '../../../../src/support/random.ts'
import { elementIn } from '../elementIn.ts'

/** What a person asks for in the form. */
interface FormActions {
  readonly change: (change: Partial<Settings>) => void
  readonly choosePrimer: (events: readonly number[]) => void
  readonly openFile: (file: File) => void
  /** A value that cannot be used, in a sentence; none where all can. */
  readonly complain: (problems: readonly string[]) => void
}

/** The page's fields: they show the settings and say what a person changes. */
export class DeskForm {
  private readonly root: HTMLElement
  private readonly presets: Presets
  private readonly actions: FormActions
  private shown: Settings | null = null

  constructor(root: HTMLElement, presets: Presets, actions: FormActions) {
    this.root = root
    this.presets = presets
    this.actions = actions
    this.listen()
  }

  /** Steps of a note that is set. */
  get noteLength(): number {
    return Number(this.field('length').value)
  }

  /** Chooses the n-th note length, from 1; its name. */
  chooseLength(number: number): string {
    const select = this.find<HTMLSelectElement>('#play-length')
    select.selectedIndex = number - 1
    return select.selectedOptions[0]?.text ?? ''
  }

  get isAloud(): boolean {
    return this.field('aloud').checked
  }

  show(settings: Settings): void {
    this.shown = settings
    const { iteration, primer, temperature, topP, bars, qpm, beam, seed, rest } = settings
    const values = { preset: primerName(primer, this.presets), temperature, 'top-p': topP, bars, qpm, beam, seed }
    for (const [id, value] of Object.entries(values)) this.field(id).value = String(value)
    this.field('rest').checked = rest
    for (const radio of this.radios) radio.checked = radio.value === iteration
    this.showTemperature(temperature)
    this.find('#play-command').textContent =
      primer.length === 0 ? '(no primer yet)' : commandLine(settings, this.presets)
    this.find('#play-tempo-note').hidden = qpm === 120
  }

  private showTemperature(temperature: number): void {
    this.find('#play-temperature-value').textContent = temperature.toFixed(2)
    this.find('#play-temperature-words').textContent = temperatureWords(temperature)
  }

  private listen(): void {
    const { actions } = this
    this.find('.controls').addEventListener('submit', (event) => event.preventDefault())
    this.on('preset', ({ value }) => {
      const primer = this.presets[value]
      if (primer !== undefined) actions.choosePrimer(primer)
    })
    this.on('file', (field) => {
      const file = field.files?.[0]
      if (file !== undefined) actions.openFile(file)
      field.value = '' // so that the same file can be opened again
    })
    this.field('temperature').addEventListener('input', () => {
      this.showTemperature(Number(this.field('temperature').value))
    })
    this.on('temperature', ({ value }) => actions.change({ temperature: Number(value) }))
    this.on('top-p', ({ value }) => actions.change({ topP: Number(value) }))
    this.on('beam', ({ value }) => actions.change({ beam: Number(value) }))
    this.on('rest', ({ checked }) => actions.change({ rest: checked }))
    this.number('bars', ['number of bars', 1, MAX_BARS], (bars) => actions.change({ bars }))
    this.number('seed', ['seed', 0, MAX_SEED], (seed) => actions.change({ seed }))
    this.number('qpm', ['tempo', MIN_QPM, MAX_QPM], (qpm) => actions.change({ qpm }))
    for (const radio of this.radios) radio.addEventListener('change', () => actions.change({ iteration: radio.value }))
  }

  /** A field for a whole number: anything else is reported, and the previous value comes back. */
  private number(id: string, [what, least, most]: [string, number, number], take: (value: number) => void): void {
    this.on(id, (field) => {
      const value = whole(least, most)(field.value)
      const shown = field.value.slice(0, 20)
      this.actions.complain(
        value === undefined ? [`The ${what} “${shown}” cannot be used: a whole number from ${least} to ${most}.`] : [],
      )
      if (value !== undefined) take(value)
      else if (this.shown !== null) this.show(this.shown)
    })
  }

  private on(id: string, act: (field: HTMLInputElement) => void): void {
    const field = this.field(id)
    field.addEventListener('change', () => act(field))
  }

  private get radios(): NodeListOf<HTMLInputElement> {
    return this.root.querySelectorAll<HTMLInputElement>('[name="iteration"]')
  }

  /** Selects too: what is read and written of them is the same. */
  private field(id: string): HTMLInputElement {
    return this.find<HTMLInputElement>(`#play-${id}`)
  }

  private find<T extends HTMLElement>(selector: string): T {
    return elementIn<T>(this.root, selector)
  }
}

function temperatureWords(temperature: number): string {
  if (temperature === 0) return 'always the likeliest event'
  if (temperature < 0.8) return 'safer than the model’s own'
  return temperature <= 1.2 ? 'about the model’s own' : 'wilder than the model’s own'
}
