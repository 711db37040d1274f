import { MAX_PITCH, melodyFromEvents, STEPS_PER_BAR } from '../../../../src/melody/melody.ts'
import { pitchName } from '../../../../src/melody/pitchName.ts'
import type { ScoreKind } from '../instrument/writtenScore.ts'
import { DeskForm } from './deskForm.ts'
import { placeName, showExpected } from './expectedTable.ts'
import { type MadeMelody, Maker } from './maker.ts'
import type { WeightsPlace } from './messages.ts'
import type { MidiKeyboard } from './midiKeyboard.ts'
import { Playback } from './playback.ts'
import {
  eventsOf,
  fromFirstBar,
  MAX_PRIMER_STEPS,
  type MelodyNote,
  melodyNotes,
  noteAt,
  withNote,
} from './primerText.ts'
import { editRoll } from './rollEditor.ts'
import {
  formatSettings,
  MAX_BARS,
  parseSettings,
  type Presets,
  primerName,
  type Settings,
  withModel,
} from './settings.ts'
import { SoundError } from './sound.ts'
import { Stage } from './stage.ts'
import { elementIn, elementOf } from '../elementIn.ts'
import { ownJson } from '../ownJson.ts'
import { saveFile } from '../saveFile.ts'
import { itemWhere } from '../../../../src/support/itemAt.ts'

interface PlayModel extends WeightsPlace {
  readonly iteration: string
}

/** What the picture of expectations says where it is empty; the page says it too. */
const NOTHING_MADE = 'Nothing has been made yet'

/** Digits of a checksum by which an address names the weights. */
const WEIGHTS_DIGITS = 8

/** The desk at which a person plays with the models: the page's form, its stage, its sound. */
class PlayDesk extends HTMLElement {
  private models: PlayModel[] = []
  private presets: Presets = {}
  private settings!: Settings
  /** The primer as it is drawn; `settings.primer` is what will be continued. */
  private notes: readonly MelodyNote[] = []
  private history: (readonly MelodyNote[])[] = []
  private cursor = { step: 0, pitch: 60 }
  private made: MadeMelody | null = null
  /** Melodies that were made, by all that decides them: to go back and forth between models. */
  private readonly kept = new Map<string, MadeMelody>()
  private stage!: Stage
  private maker!: Maker
  private form!: DeskForm
  private playback!: Playback
  private keyboard: MidiKeyboard | null = null
  private shownStep = -1

  connectedCallback(): void {
    this.models = ownJson(this.dataset['models'] ?? '[]')
    this.presets = ownJson(this.dataset['presets'] ?? '{}')
    this.hidden = false
    this.stage = new Stage(this, this.picture)
    this.maker = new Maker({
      onLoading: (share) => this.showProgress(share),
      onProgress: (melody) => this.onProgress(melody),
      onFinished: (melody) => this.onFinished(melody),
      onFailed: (message) => {
        this.playback.stop()
        this.forgetUnfinished()
        this.forgetMade()
        this.showStage()
        this.complain([message])
        this.say('Nothing was made.', 'failed')
      },
    })
    this.playback = new Playback(this.dataset['piano'] ?? '', {
      onPosition: (position) => this.onPosition(position),
      onChange: (isPlaying) => {
        this.dataset['playing'] = String(isPlaying)
        this.showButtons()
      },
    })
    this.form = new DeskForm(this, this.presets, {
      change: (change) => this.change(change),
      choosePrimer: (events) => this.edit(melodyNotes(events), { step: events.length, pitch: 60 }),
      openFile: (file) => void this.openFile(file),
      complain: (problems) => this.complain(problems),
    })
    this.listen()
    this.readAddress()
    addEventListener('hashchange', () => this.readAddress())
  }

  private find<T extends HTMLElement>(selector: string): T {
    return elementIn<T>(this, selector)
  }

  // What the page says

  private say(text: string, state?: string): void {
    this.find('#play-status').textContent = text
    if (state !== undefined) this.dataset['state'] = state
    this.showButtons()
  }

  private showButtons(): void {
    const { isMaking } = this.maker
    this.find('#play-progress').hidden = !isMaking
    this.find<HTMLButtonElement>('[data-do="stop"]').disabled = !isMaking && !this.playback.isPlaying
    for (const kind of ['save', 'musicxml', 'abc'])
      this.find<HTMLButtonElement>(`[data-do="${kind}"]`).disabled = this.made?.finished == null
  }

  /** Problems as paragraphs, in place of those before; none takes them away. */
  private complain(problems: readonly string[]): void {
    const paragraphs = problems.map((text) => {
      const paragraph = document.createElement('p')
      paragraph.textContent = text
      return paragraph
    })
    this.find('#play-problem').replaceChildren(...paragraphs)
  }

  // The form and the address

  private readAddress(): void {
    const { settings, problems, isWhole } = parseSettings(location.hash, this.models, this.presets)
    if (
      this.settings !== undefined &&
      formatSettings(settings, this.presets) === formatSettings(this.settings, this.presets)
    )
      return
    this.stopAll()
    this.settings = settings
    this.forgetMade()
    this.history = []
    this.setNotes(melodyNotes(settings.primer))
    const remarks = [...problems, ...this.weightsRemark()]
    this.say(
      isWhole ? '' : 'Draw or choose a beginning, then press Continue: the model makes the rest, and you hear it.',
      'ready',
    )
    if (isWhole) void this.continue(false)
    this.complain(remarks)
  }

  private setNotes(notes: readonly MelodyNote[]): void {
    this.notes = notes
    const primer = eventsOf(fromFirstBar(notes))
    const last = notes.at(-1)
    this.settings = { ...this.settings, primer }
    this.cursor = { step: last?.endStep ?? 0, pitch: last?.pitch ?? this.cursor.pitch }
    this.showSettings()
    this.showStage()
  }

  private showSettings(): void {
    this.form.show(this.settings)
    this.find('#play-address').hidden = true
  }

  /** New settings; a shown continuation is made again with them. The address follows. */
  private change(change: Partial<Settings>): void {
    const wasShown = this.made !== null
    const wasPlaying = this.playback.isPlaying
    const next = this.models.find(({ iteration }) => iteration === change.iteration)
    this.settings = next ? withModel(this.settings, this.weights, next) : { ...this.settings, ...change }
    this.writeAddress()
    this.showSettings()
    if (wasShown) void this.continue(wasPlaying)
    else this.showStage()
    if (!wasShown && wasPlaying && change.qpm !== undefined) void this.play()
  }

  private get weights(): PlayModel {
    return itemWhere(this.models, ({ iteration }) => iteration === this.settings.iteration)
  }

  /** The address names what is on the desk; that of an empty one is the page's own. */
  private writeAddress(): void {
    if (this.notes.length === 0) return history.replaceState(null, '', location.pathname + location.search)
    const weights = this.weights.sha256.slice(0, WEIGHTS_DIGITS)
    history.replaceState(null, '', `#${formatSettings(this.settings, this.presets)}&w=${weights}`)
  }

  /** What to say of an address that was written of other weights than are published now. */
  private weightsRemark(): string[] {
    const known = new URLSearchParams(location.hash.slice(1)).get('w')
    if (known === null || known === this.weights.sha256.slice(0, WEIGHTS_DIGITS)) return []
    return [`Iteration ${this.settings.iteration} has new weights since this link was made: the melody may differ.`]
  }

  // The primer

  /** Puts a changed primer in place; what was made of the old one goes. */
  private edit(notes: readonly MelodyNote[] | null, cursor = this.cursor): boolean {
    if (notes === null) {
      this.complain([`A primer has at most ${MAX_PRIMER_STEPS / STEPS_PER_BAR} bars: this one is full.`])
      return false
    }
    this.stopAll()
    this.complain([])
    this.history.push(this.notes)
    this.forgetMade()
    this.setNotes(notes)
    this.cursor = cursor
    this.showStage()
    this.stage.reveal(cursor.step)
    this.writeAddress()
    this.say(notes.length === 0 ? 'The roll is empty: set a note.' : 'Press Continue to hear what follows.', 'ready')
    return true
  }

  /** A note at the cursor, which moves on behind it. */
  private strike(pitch: number): void {
    const step = this.made === null ? this.cursor.step : Math.min(this.cursor.step, this.primerEnd)
    const endStep = step + this.form.noteLength
    if (this.edit(withNote(this.notes, { pitch, startStep: step, endStep }), { step: endStep, pitch })) {
      this.announce(`${pitchName(pitch)} set`)
      void this.preview(pitch)
    }
  }

  private get primerEnd(): number {
    return this.notes.at(-1)?.endStep ?? 0
  }

  private press(step: number, pitch: number): boolean {
    if (this.made !== null && step >= this.primerEnd) {
      this.moveTo(step, pitch)
      return false
    }
    const there = noteAt(this.notes, step)
    if (there?.pitch === pitch) {
      this.edit(
        this.notes.filter((note) => note !== there),
        { step, pitch },
      )
      return false
    }
    const isSet = this.edit(withNote(this.notes, { pitch, startStep: step, endStep: step + this.form.noteLength }), {
      step,
      pitch,
    })
    if (isSet) void this.preview(pitch)
    return isSet
  }

  /** The note at the cursor, which was just begun, lasts up to and with `step`. */
  private drag(step: number): void {
    const { step: startStep, pitch } = this.cursor
    const before = this.history.at(-1) ?? []
    const notes = withNote(before, { pitch, startStep, endStep: Math.max(startStep, step) + 1 })
    if (notes === null || eventsOf(notes).join() === eventsOf(this.notes).join()) return
    this.setNotes(notes)
    this.cursor = { step: startStep, pitch }
    this.showStage()
    this.writeAddress()
  }

  private removeNote(backwards: boolean): void {
    const { step, pitch } = this.cursor
    const there = backwards ? this.notes.findLast(({ startStep }) => startStep < step) : noteAt(this.notes, step)
    if (there === undefined) return this.announce('No note here')
    this.edit(
      this.notes.filter((note) => note !== there),
      { step: backwards ? there.startStep : step, pitch },
    )
    this.announce(`${pitchName(there.pitch)} removed`)
  }

  private moveTo(step: number, pitch: number): void {
    const last = Math.max(this.made?.events.length ?? 0, MAX_PRIMER_STEPS, this.picture.steps) - 1
    this.cursor = { step: clamp(step, 0, last), pitch: clamp(pitch, 0, MAX_PITCH) }
    this.stage.include(this.cursor.pitch, this.cursor.pitch)
    this.showStage()
    this.stage.reveal(this.cursor.step)
    const sounding = noteAt(this.made === null ? this.notes : melodyNotes(this.made.events), this.cursor.step)
    const there = sounding === undefined ? 'silence' : `${pitchName(sounding.pitch)} sounds`
    this.announce(`${placeName(this.cursor.step)}, ${pitchName(this.cursor.pitch)}; ${there}`)
  }

  private announce(text: string): void {
    this.find('#play-cursor').textContent = text
  }

  // The stage

  private get picture(): ConstructorParameters<typeof Stage>[1] {
    const { made, notes } = this
    const bars = this.settings?.bars ?? 8
    const all = made === null || made.events.length === 0 ? notes : melodyNotes(made.events)
    const given = made === null ? 0 : this.settings.primer.length
    const last = notes.at(-1)?.endStep ?? 0
    return {
      given: made === null ? all : all.filter(({ startStep }) => startStep < given),
      made: made === null ? [] : all.filter(({ startStep }) => startStep >= given),
      events: made?.events ?? [],
      expected: made?.expected ?? [],
      steps: Math.max(
        bars * STEPS_PER_BAR,
        Math.ceil((last + 1) / STEPS_PER_BAR) * STEPS_PER_BAR,
        this.cursor.step + 1,
      ),
      cursor: this.cursor,
    }
  }

  private showStage(): void {
    this.stage.show(this.picture)
    this.showReading(this.cursor.step)
  }

  /** What was expected at a step, in words: where the cursor stands, or the music. */
  private showReading(step: number): void {
    this.shownStep = step
    const row = step === 0 ? undefined : this.made?.expected[step]
    showExpected(this, row, {
      step,
      taken: this.made?.events[step] ?? NaN,
      isGiven: step < (this.made?.givenSteps ?? 0),
    })
  }

  // Making

  private async continue(aloud: boolean): Promise<void> {
    this.stopAll()
    this.complain([])
    const normal = fromFirstBar(this.notes)
    if (normal[0]?.startStep !== this.notes[0]?.startStep) this.setNotes(normal)
    const key = formatSettings({ ...this.settings, qpm: 0 }, this.presets)
    const kept = this.kept.get(key)
    this.forgetMade()
    this.made = kept ?? this.maker.make(this.settings, this.weights)
    this.kept.set(key, this.made)
    if (kept === undefined) this.say(`Loading iteration ${this.settings.iteration}…`, 'loading')
    else this.onFinished(kept)
    this.cursor = { step: this.settings.primer.length, pitch: this.cursor.pitch }
    this.writeAddress()
    this.showStage()
    if (aloud) await this.play()
  }

  private onProgress(melody: MadeMelody): void {
    this.stage.show(this.picture)
    this.showProgress(melody.events.length / melody.totalSteps)
    if (this.dataset['state'] !== 'making') this.say('The model continues the primer…', 'making')
  }

  /** How far loading or making is; said in words only where it begins and ends. */
  private showProgress(share: number): void {
    this.find<HTMLProgressElement>('#play-progress').value = share
  }

  private onFinished(melody: MadeMelody): void {
    const { finished, givenSteps, totalSteps, isVerified } = melody
    if (finished === null) return
    const made = totalSteps - givenSteps
    this.dataset['millisecondsPerEvent'] = finished.millisecondsPerEvent.toFixed(3)
    this.say(
      `Iteration ${this.settings.iteration} continued the primer by ${made} steps, with seed ${this.settings.seed}.`,
      'finished',
    )
    const check = isVerified
      ? 'The weights’ checksum was verified.'
      : 'The weights’ checksum could not be verified here.'
    this.find('#play-made').textContent =
      `${totalSteps} events at ${finished.millisecondsPerEvent.toFixed(2)} ms each, ${made} of them new; log-likelihood ` +
      `${finished.logLikelihood.toFixed(1).replace('-', '−')} nats. ${check}`
    this.stage.describe(
      `Probability of each event at each of ${melody.events.length} steps, pitch by step; the table of the next event ` +
        'says it in numbers for the step at the cursor',
    )
    this.showStage()
  }

  private stopAll(): void {
    this.maker.stop()
    this.forgetUnfinished()
    this.playback.stop()
  }

  /** Takes the melody off the desk, with all that was said of it. */
  private forgetMade(): void {
    this.made = null
    this.find('#play-made').textContent = ''
    this.stage.describe(NOTHING_MADE)
  }

  private forgetUnfinished(): void {
    for (const [key, melody] of this.kept) if (melody.finished === null) this.kept.delete(key)
  }

  // Sound

  private async play(): Promise<void> {
    if (this.notes.length === 0) return this.complain(['There is nothing to play: set a note first.'])
    const melody = this.made ?? { events: this.settings.primer, isWhole: true }
    try {
      const remark = await this.playback.play(melody, this.settings.qpm)
      if (remark !== null) this.complain([remark])
    } catch (error) {
      if (!(error instanceof SoundError)) throw error
      this.complain([error.message])
    }
  }

  private onPosition(position: number | null): void {
    this.stage.playhead(position)
    this.dataset['gaps'] = String(this.playback.gaps)
    this.dataset['late'] = String(this.playback.late)
    const step = position === null ? this.cursor.step : Math.floor(position)
    if (this.made !== null && step !== this.shownStep) this.showReading(step)
  }

  /** A note to hear while drawing; a browser without sound is reported when a melody is to be played. */
  private async preview(pitch: number): Promise<void> {
    try {
      await this.playback.preview(pitch)
    } catch (error) {
      if (!(error instanceof SoundError)) throw error
    }
  }

  // Files, devices, links

  private async save(): Promise<void> {
    if (this.made?.finished == null) return
    const { events } = this.made
    const { melodyMidi } = await import('../../../../src/generation/compose.ts')
    const midi = new Uint8Array(melodyMidi(events, this.settings.qpm))
    this.download(new Blob([midi], { type: 'audio/midi' }), 'mid')
  }

  private async saveScore(kind: ScoreKind): Promise<void> {
    if (this.made?.finished == null) return
    const { writtenScore } = await import('../instrument/writtenScore.ts')
    const { events, givenSteps } = this.made
    const { iteration, qpm } = this.settings
    const title = `A continuation by iteration ${iteration}`
    const marks = [{ from: givenSteps, text: 'model' }]
    this.download(writtenScore(kind, melodyFromEvents(events), { title, qpm, marks }), kind)
  }

  private download(blob: Blob, ending: string): void {
    const name = `it_${this.settings.iteration}_${primerName(this.settings.primer, this.presets)}_seed_${this.settings.seed}.${ending}`
    saveFile(blob, name)
    this.say(`Saved ${name}.`)
  }

  private async copyLink(): Promise<void> {
    if (this.notes.length === 0) return this.complain(['There is nothing to link to: set a note first.'])
    this.writeAddress()
    try {
      await navigator.clipboard.writeText(location.href)
      this.say('The link is copied: it opens this page with the same primer, settings and seed.')
    } catch {
      // No permission, or a page that is not served securely: to be copied by hand.
      const field = this.find<HTMLInputElement>('#play-address-text')
      this.find('#play-address').hidden = false
      field.value = location.href
      field.focus()
      field.select()
      this.say('The browser did not let the page copy: copy the address from the field.')
    }
  }

  private async openFile(file: File): Promise<void> {
    const { openPrimerFile, PrimerFileError } = await import('./primerFile.ts')
    try {
      const { events, qpm, taken, remarks } = await openPrimerFile(file)
      this.settings = { ...this.settings, qpm, bars: Math.max(this.settings.bars, barsFor(events.length)) }
      this.edit(melodyNotes(events))
      this.cursor = { ...this.cursor, step: events.length }
      this.complain(remarks)
      const part = taken === null ? '' : `: ${taken}`
      this.say(`The primer is from ${file.name}${part}. Press Continue to hear what follows.`)
    } catch (error) {
      if (!(error instanceof PrimerFileError)) throw error
      this.complain([error.message])
    }
  }

  private async toggleKeyboard(button: HTMLButtonElement): Promise<void> {
    this.complain([])
    if (this.keyboard !== null) {
      this.keyboard.close()
      this.keyboard = null
      button.setAttribute('aria-pressed', 'false')
      return this.say('The MIDI keyboard is no longer listened to.')
    }
    const { openMidiKeyboard, MidiKeyboardError } = await import('./midiKeyboard.ts')
    const tell = (): void => {
      const names = this.keyboard?.names() ?? []
      this.say(
        names.length === 0
          ? 'No MIDI keyboard is connected yet: plug one in.'
          : `${names.join(', ')}: each key you strike is added at the cursor, in the note length chosen.`,
      )
    }
    try {
      this.keyboard = await openMidiKeyboard((pitch) => this.strike(pitch), tell)
      button.setAttribute('aria-pressed', 'true')
      tell()
    } catch (error) {
      if (!(error instanceof MidiKeyboardError)) throw error
      this.complain([error.message])
    }
  }

  // What a person does

  private listen(): void {
    this.listenToButtons()
    editRoll(this.find('.roll-editor'), {
      placeAt: (x, y) => this.stage.placeAt(x, y),
      press: (step, pitch) => this.press(step, pitch),
      drag: (step) => this.drag(step),
      move: (steps, halfTones) => this.moveTo(this.cursor.step + steps, this.cursor.pitch + halfTones),
      goTo: (end) => this.moveTo(end === 'start' ? 0 : (this.made?.events.length ?? this.primerEnd), this.cursor.pitch),
      set: () => this.press(this.cursor.step, this.cursor.pitch),
      remove: (backwards) => this.removeNote(backwards),
      strike: (pitch) => this.strike(pitch),
      rest: () => this.rest(),
      chooseLength: (n) => this.announce(`Note length: ${this.form.chooseLength(n)}`),
      playOrStop: () => (this.playback.isPlaying ? this.stopAll() : void this.play()),
    })
    this.find('.heat-canvas').addEventListener('click', ({ clientX }) => {
      this.moveTo(this.stage.stepAt(clientX), this.cursor.pitch)
    })
  }

  private rest(): void {
    this.moveTo(Math.min(MAX_PRIMER_STEPS - 1, this.cursor.step + this.form.noteLength), this.cursor.pitch)
  }

  private listenToButtons(): void {
    const actions: Readonly<Record<string, (button: HTMLButtonElement) => void>> = {
      clear: () => this.edit([], { step: 0, pitch: this.cursor.pitch }),
      rest: () => this.rest(),
      undo: () => this.undo(),
      open: () => this.find('#play-file').click(),
      midi: (button) => void this.toggleKeyboard(button),
      another: () => this.anotherSeed(),
      continue: () => void this.continue(this.form.isAloud),
      play: () => void this.play(),
      stop: () => {
        const wasMaking = this.maker.isMaking
        this.stopAll()
        if (wasMaking) this.say('Stopped. Continue begins again.', 'stopped')
      },
      save: () => void this.save(),
      musicxml: () => void this.saveScore('musicxml'),
      abc: () => void this.saveScore('abc'),
      link: () => void this.copyLink(),
      lower: () => this.stage.shift(-1),
      higher: () => this.stage.shift(1),
      wider: () => this.stage.zoom(1),
      narrower: () => this.stage.zoom(-1),
    }
    this.addEventListener('click', (event) => {
      const button = elementOf<HTMLButtonElement>(event, 'button[data-do]')
      if (button !== null) actions[button.dataset['do'] ?? '']?.(button)
    })
  }

  private undo(): void {
    const before = this.history.pop()
    if (before === undefined) return this.say('Nothing to undo.')
    this.edit(before)
    this.history.pop() // what `edit` remembered is what was undone
  }

  private anotherSeed(): void {
    const [random = 0] = crypto.getRandomValues(new Uint32Array(1))
    this.change({ seed: random % 1_000_000 })
  }
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))

/** Bars for a primer of this many steps and four more of continuation. */
const barsFor = (steps: number): number => Math.min(MAX_BARS, Math.ceil(steps / STEPS_PER_BAR) + 4)

customElements.define('play-desk', PlayDesk)
