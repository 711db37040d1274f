import { tonalityName } from '../../../../src/config/modes.ts'
import { DUET_MODES, type DuetMode } from '../../../../src/config/duetModes.ts'
import { performerLine } from '../../../../src/dataset/performerLine.ts'
import {
  createPartner,
  DUET_CLOCKS,
  DUET_SETTINGS,
  type DuetSettings,
  type DuetState,
  type Partner,
} from '../../../../src/duet/partner.ts'
import { tonalityOf } from '../../../../src/duet/runningKey.ts'
import { starterPerformers } from '../../../../src/duet/starterPerformers.ts'
import { isNoteModel } from '../../../../src/config/modelSpec.ts'
import { melodyNotes } from '../../../../src/melody/melody.ts'
import { pitchName } from '../../../../src/melody/pitchName.ts'
import { noteReader } from '../../../../src/model/notes/noteInference.ts'
import { readMidi } from '../../../../src/score/readMidi.ts'
import { Clock } from '../instrument/clock.ts'
import type { Turn } from '../instrument/dialogue.ts'
import { type DuetParts, DuetPlayer } from '../instrument/duetPlayer.ts'
import { metreOfSteps, METRES, stepsPerBarOf } from '../instrument/metre.ts'
import { histogram } from '../instrument/histogram.ts'
import { openTicks } from '../instrument/openTicks.ts'
import { NO_WATERFALL, Waterfall, type WaterfallPicture } from '../instrument/waterfall.ts'
import { isOneOf } from '../../../../src/support/records.ts'
import { loadWeights, LoadError } from './loadModel.ts'
import type { WeightsPlace } from './messages.ts'

/** The instrument that a duet is played on. */
export interface DuetHost extends Omit<DuetParts, 'clock' | 'milliseconds' | 'onRemark' | 'onEnd'> {
  readonly place: WeightsPlace
  /** Tempo, metre, metronome and seed of the instrument. */
  readonly settings: () => {
    readonly beatsPerMinute: number
    readonly metre: keyof typeof METRES
    readonly metronome: 'on' | 'count' | 'off'
    readonly seed: number
  }
  readonly setTempo: (beatsPerMinute: number) => void
  readonly say: (text: string) => void
  readonly complain: (problems: readonly string[]) => void
  /** The duet began, or ended with what was played. */
  readonly onChange: (played: Turn | null) => void
}

interface Performer {
  readonly title: string
  readonly events: readonly number[]
  readonly stepsPerBar: number
  readonly qpm: number
}

/** Where the partner plays: on one side of the performer, low, high, or anywhere. */
const REGISTERS: Readonly<Record<string, Pick<DuetSettings, 'range' | 'side'>>> = {
  below: { range: DUET_SETTINGS.range, side: 'below' },
  above: { range: [48, 96], side: 'above' },
  beside: { range: DUET_SETTINGS.range, side: 'either' },
  low: { range: [36, 60], side: 'either' },
  high: { range: [60, 84], side: 'either' },
  wide: { range: [28, 96], side: 'either' },
}
/** Slow, long notes, the whole of the keyboard, a soft sound: as music for pictures. */
const CINEMATIC = {
  mode: 'fifth-below',
  lambda: '2',
  temperature: '0.9',
  register: 'wide',
  long: true,
  tempo: 54,
} as const
const LONG_STEPS = 8
/** Candidates of the partner that are shown. */
const SHOWN = 3

/** The duet's part of the instrument: its fields, its waterfall, and a partner that plays while you play. */
export class DuetDesk {
  readonly player: DuetPlayer
  private readonly root: HTMLElement
  private readonly host: DuetHost
  private readonly waterfall: Waterfall
  private partner: Promise<Partner> | null = null
  private file: Performer | null = null
  private frame = 0
  /** What the partner may play next, weighed once per step. */
  private weighed: { readonly state: DuetState | null; readonly next: WaterfallPicture['next'] } = {
    state: null,
    next: [],
  }

  /** @param root the instrument. */
  constructor(root: HTMLElement, host: DuetHost) {
    this.root = root
    this.host = host
    this.waterfall = new Waterfall(this.find('.duet-fall'))
    const clock = new Clock(host.now, openTicks(), {
      onStretch: (from, to) => this.player.onStretch(from, to),
      onLost: () => this.player.onLost(),
    })
    this.player = new DuetPlayer({
      ...host,
      ...{ clock, milliseconds: () => performance.now() },
      onRemark: (text) => host.complain([text]),
      onEnd: () => this.end(),
    })
    for (const field of this.root.querySelectorAll('.duet input, .duet select'))
      field.addEventListener('change', () => this.change())
    this.field('lambda').addEventListener('input', () => this.change())
    this.change()
  }

  /** Whether a duet goes on, or waits for its network. */
  get isOn(): boolean {
    return this.root.dataset['duet'] === 'playing' || this.root.dataset['duet'] === 'loading'
  }

  /** Begins, or ends at once. @param watched a performer to be replayed; absent = what the page has chosen. */
  async startOrStop(watched?: string): Promise<void> {
    if (this.isOn) return this.stop()
    if (watched !== undefined) this.field('performer').value = watched
    this.root.dataset['duet'] = 'loading'
    this.host.say('The partner is on its way…')
    this.host.onChange(null)
    const partner = await this.open()
    if (partner === null || this.root.dataset['duet'] !== 'loading') return this.end()
    this.begin(partner)
  }

  stop(): void {
    if (this.player.isPlaying) this.player.stop()
    else this.end()
  }

  /** Slow and wide, with long notes and a soft sound. */
  cinematic(): void {
    this.field('mode').value = CINEMATIC.mode
    this.field('lambda').value = CINEMATIC.lambda
    this.field('temperature').value = CINEMATIC.temperature
    this.field('register').value = CINEMATIC.register
    const long = this.field('long')
    if (long instanceof HTMLInputElement) long.checked = CINEMATIC.long
    this.host.setTempo(CINEMATIC.tempo)
    for (const side of ['you', 'partner']) this.choose(`#together-timbre-${side}`, 'pad')
    this.choose('#together-mode', 'dorian')
    this.choose('#together-root', '2')
    this.change()
    this.host.say('Cinematic: slow, long notes, D dorian on the keys, a soft pad. Press Start.')
  }

  /** A file becomes the performer. */
  async openFile(file: File): Promise<void> {
    try {
      const score = readMidi(new Uint8Array(await file.arrayBuffer()))
      const { remarks, ...part } = performerLine(score, { name: file.name })
      this.file = { title: file.name, ...part }
      const own = this.find('#duet-performer option[value="file"]')
      own.textContent = file.name
      own.hidden = false
      this.field('performer').value = 'file'
      this.host.complain(remarks)
      this.host.say(`${file.name} performs: press Start.`)
    } catch (error) {
      this.host.complain([error instanceof Error ? error.message : String(error)])
    }
  }

  private begin(partner: Partner): void {
    const { beatsPerMinute, metre, metronome, seed } = this.host.settings()
    const performer = this.performer
    const stepsPerBar = performer?.stepsPerBar ?? stepsPerBarOf(METRES[metre])
    const beats = METRES[performer === null ? metre : metreOfSteps(stepsPerBar)]
    const tempo = performer === null || this.long ? beatsPerMinute : (performer.qpm * 4) / beats.stepsPerBeat
    this.root.dataset['duet'] = 'playing'
    this.player.start({
      ...{ partner, settings: this.settings, seed, stepsPerBar, performer: performer?.events ?? null },
      grid: { metre: beats, beatsPerMinute: tempo, swing: 0.5 },
      hasMetronome: performer === null && metronome !== 'off',
    })
    this.host.say(
      performer === null ? 'Play: the partner plays with you.' : `${performer.title}: the partner plays along.`,
    )
    this.host.onChange(null)
    this.follow()
  }

  private get long(): boolean {
    const field = this.field('long')
    return field instanceof HTMLInputElement && field.checked
  }

  private async open(): Promise<Partner | null> {
    try {
      this.partner ??= openPartner(this.host.place)
      return await this.partner
    } catch (error) {
      this.partner = null // the next start tries again
      if (!(error instanceof LoadError)) throw error
      this.host.complain([error.message])
      return null
    }
  }

  private end(): void {
    cancelAnimationFrame(this.frame)
    this.root.dataset['duet'] = 'idle'
    const { decisions, answers, asynchronies, missed, deadlines } = this.player.times
    this.root.dataset['missed'] = `${missed}/${deadlines}`
    this.root.dataset['histograms'] = JSON.stringify({
      decisions: histogram(decisions, { from: 0, width: 0.25, bins: 41 }),
      answers: histogram(answers, { from: 0, width: 1, bins: 41 }),
      asynchronies: histogram(asynchronies, { from: -60, width: 5, bins: 41 }),
    })
    const { you, partner } = this.player.notes
    const isEmpty = you.length + partner.length === 0
    this.host.say(isEmpty ? 'Stopped.' : 'Stopped. Save the duet, or press Start for another.')
    this.host.onChange(isEmpty ? null : this.turn())
  }

  /** The duet as the instrument keeps it. */
  private turn(): Turn {
    const { notes, request, state } = this.player
    const steps = Math.max(1, state?.step ?? 1)
    const bar = request?.stepsPerBar ?? 16
    const { seed } = this.host.settings()
    return {
      ...{ metre: metreOfSteps(bar), beatsPerMinute: request?.grid.beatsPerMinute ?? 96, swing: 0.5 },
      ...{
        iteration: '3.3',
        sha256: this.host.place.sha256,
        temperature: this.settings.temperature,
        topP: this.settings.topP,
        seed,
      },
      callSteps: Math.ceil(steps / 2 / bar) * bar,
      ...{ call: notes.you, reply: notes.partner },
    }
  }

  private get performer(): Performer | null {
    const chosen = this.field('performer').value
    if (chosen === 'file') return this.file
    return starterPerformers.find(({ name }) => name === chosen) ?? null
  }

  private get settings(): DuetSettings {
    const [mode, clock] = [this.field('mode').value, this.field('clock').value]
    return {
      ...DUET_SETTINGS,
      mode: isOneOf(DUET_MODES, mode) ? mode : DUET_SETTINGS.mode,
      clock: isOneOf(DUET_CLOCKS, clock) ? clock : DUET_SETTINGS.clock,
      ...{ lambda: Number(this.field('lambda').value), temperature: Number(this.field('temperature').value) },
      ...REGISTERS[this.field('register').value],
      leastSteps: this.long ? LONG_STEPS : 1,
    }
  }

  private change(): void {
    const { lambda, temperature, mode } = this.settings
    this.find('output[for="duet-lambda"]').textContent = lambda === 0 ? 'off' : lambda.toFixed(1)
    this.find('output[for="duet-temperature"]').textContent = temperature.toFixed(1)
    this.find('#duet-mode-words').textContent = MODE_WORDS[mode]
    this.player.change(this.settings)
  }

  private follow(): void {
    cancelAnimationFrame(this.frame)
    if (!this.player.isPlaying) return
    this.waterfall.show(this.picture)
    this.find('#duet-reading').textContent = this.reading
    this.frame = requestAnimationFrame(() => this.follow())
  }

  private get picture(): WaterfallPicture {
    const { notes, request, state, position } = this.player
    if (request === null || state === null || position === null) return NO_WATERFALL
    const horizon = position + 24
    const coming =
      request.performer === null
        ? []
        : melodyNotes(request.performer.slice(0, Math.ceil(horizon))).filter(({ startStep }) => startStep >= position)
    if (this.weighed.state !== state) this.weighed = { state, next: likeliest(request.partner, state) }
    const { next } = this.weighed
    return { notes, coming, next, position, stepsPerBar: request.stepsPerBar }
  }

  /** What was heard, the key, and what spoke for the last note. */
  private get reading(): string {
    const { state, decision, times } = this.player
    if (state === null) return ''
    const [last] = state.heard
    const heard =
      last === undefined
        ? 'Nothing heard yet'
        : `Heard ${pitchName(last)} in ${tonalityName(tonalityOf(state.key)).replace('#', '♯')}`
    const apart = times.asynchronies.at(-1)
    const answered = apart === undefined ? '' : ` · ${Math.round(apart)} ms behind you`
    if (decision === null || decision.event < 0) return `${heard}${answered}`
    const { mode, lambda } = state.settings
    const rule =
      mode === 'free' || lambda === 0
        ? 'as it has learnt'
        : decision.rule >= -0.5
          ? `${mode.replaceAll('-', ' ')}: kept`
          : `${mode.replaceAll('-', ' ')}: bent`
    return `${heard} · played ${pitchName(decision.event)}, ${rule}${answered}`
  }

  private choose(selector: string, value: string): void {
    const field = this.root.querySelector<HTMLSelectElement>(selector)
    if (field === null) return
    field.value = value
    field.dispatchEvent(new Event('change', { bubbles: true }))
  }

  private field(name: string): HTMLInputElement | HTMLSelectElement {
    return this.find<HTMLInputElement | HTMLSelectElement>(`#duet-${name}`)
  }

  private find<T extends HTMLElement>(selector: string): T {
    const found = this.root.querySelector<T>(selector)
    if (found === null) throw new Error(`the duet has no ${selector}`)
    return found
  }
}

const MODE_WORDS: Readonly<Record<DuetMode, string>> = {
  free: 'what it has learnt, no rule',
  parallel: 'moves as you move',
  contrary: 'moves against you',
  'delayed-parallel': 'repeats your last move',
  'delayed-contrary': 'mirrors your last move',
  'third-below': 'a third below you, in the key it hears',
  'third-above': 'a third above you',
  'fourth-below': 'a fourth below you',
  'fifth-below': 'a fifth below you',
  'ninth-below': 'a ninth below you',
}

/** What the partner may play on the next step if the performer does nothing new. */
function likeliest(partner: Partner, state: DuetState): WaterfallPicture['next'] {
  return partner
    .weigh(state, -2)
    .filter(({ event }) => event >= 0)
    .toSorted((a, b) => b.share - a.share)
    .slice(0, SHOWN)
    .map(({ event, share }) => ({ pitch: event, share }))
}

async function openPartner(place: WeightsPlace): Promise<Partner> {
  const { spec, weights } = await loadWeights(place, () => undefined)
  if (!isNoteModel(spec) || !spec.secondVoice)
    throw new LoadError('The partner’s network plays alone: reload the page.')
  return createPartner(noteReader(spec, weights))
}
