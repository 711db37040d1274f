import { MAX_PITCH } from '../../../../src/melody/melody.ts'
import { pitchName } from '../../../../src/melody/pitchName.ts'
import { OCTAVE_KEYS } from '../instrument/computerKeys.ts'
import { Clock } from '../instrument/clock.ts'
import { Dialogue, type DialogueSettings, madeBy, notesOfTurns, type Phase, type Turn } from '../instrument/dialogue.ts'
import { HeldKeys } from '../instrument/heldKeys.ts'
import { audioTimeOf } from '../instrument/inputTime.ts'
import { Keyboard } from '../instrument/keyboard.ts'
import { keyPitches, lettersOf, pitchOfCode } from '../instrument/keyPitches.ts'
import { latenessOfTaps } from '../instrument/lateness.ts'
import { METRES, stepAtTime, stepsPerBarOf } from '../instrument/metre.ts'
import { CLOCK, type KeyChange, releaseBytes, silenceBytes, strikeBytes } from '../instrument/midiMessage.ts'
import type { SungChange } from '../instrument/humReader.ts'
import type { Microphone } from '../instrument/microphone.ts'
import type { MidiPorts } from '../instrument/midiPorts.ts'
import { openTicks } from '../instrument/openTicks.ts'
import { Partner } from '../instrument/partner.ts'
import { type Lateness, UNKNOWN_LATENESS } from '../instrument/quantise.ts'
import type { StepNote } from '../instrument/recorder.ts'
import { Roll, type RollPicture } from '../instrument/roll.ts'
import { InstrumentSound, InstrumentSoundError, type Side, SIDES, type TimbreName } from '../instrument/sound.ts'
import { tapTempo, withTap } from '../instrument/tapTempo.ts'
import { turnWords } from '../instrument/turnWords.ts'
import type { ScoreKind } from '../instrument/writtenScore.ts'
import { ControlForm } from './controlForm.ts'
import type { DuetDesk } from './duetDesk.ts'
import type { WeightsPlace } from './messages.ts'
import { editRoll } from './rollEditor.ts'
import { TogetherForm, type TogetherModel } from './togetherForm.ts'
import { elementIn, elementOf } from '../elementIn.ts'
import { ownJson } from '../ownJson.ts'
import { saveFile } from '../saveFile.ts'
import { messageOf } from '../../../../src/support/errors.ts'

/** Where what was measured of a player is kept, in the browser alone. */
const LATENESS_KEY = 'cantus-lateness'
const COMPUTER_VELOCITY = 85
/** White keys, or pads, on a wide page and on a narrow one. */
const [MANY_KEYS, FEW_KEYS] = [15, 10]
const NARROW = '(max-width: 40rem)'
/** Beats of the calibration: two to listen to, eight to tap. */
const CALIBRATION = { beats: 10, listened: 2, beatSeconds: 0.6, leastTaps: 5 } as const
/** Faster beats are not shown: nothing on the page may flash more than three times per second. */
const FASTEST_SHOWN = 170
/** After an edit the model waits this long for the next one. */
const EDIT_MILLISECONDS = 500

/** The instrument of the page: keys, a roll, and a model that answers in time. */
class PlayTogether extends HTMLElement {
  private form!: TogetherForm
  private control!: ControlForm
  private roll!: Roll
  private keyboard!: Keyboard
  private dialogue!: Dialogue
  private sound: InstrumentSound | null = null
  private midi: MidiPorts | null = null
  private microphone: Microphone | null = null
  /** The desk of the duet, once it was chosen. */
  private duet: DuetDesk | null = null
  private readonly partner = new Partner({
    onLoading: () => undefined,
    onReady: () => (this.dataset['model'] = 'ready'),
    onEvents: () => undefined,
    onFailed: (message) => this.complain([message]),
  })
  private readonly held = new HeldKeys({
    onStrike: (pitch, velocity, seconds) => this.strike(pitch, velocity, seconds),
    onRelease: (pitch, seconds) => this.release(pitch, seconds),
    onFlood: () => this.complain(['More keys come in than hands can play: what is too much is left out.']),
  })
  private base = 60
  private cursor = { step: 0, pitch: 60 }
  private noteLength = 2
  private isCursorShown = false
  private history: (readonly Turn[])[] = []
  private taps: number[] = []
  private calibration: { beats: number[]; taps: number[] } | null = null
  private frame = 0
  private editing = 0
  private clockTick = 0
  private isPianoDue = false
  /** Where the weights came from that the partner has been given. */
  private openWeights = ''
  private isClockRunning = false

  connectedCallback(): void {
    this.hidden = false
    const models = ownJson<TogetherModel[]>(this.dataset['models'] ?? '[]')
    this.form = new TogetherForm(this, models, {
      onSettings: () => this.changeSettings(),
      onKeys: () => this.showKeys(),
      onTimbre: (side, name) => {
        this.isPianoDue = true
        void this.chooseTimbre(side, name)
      },
      onVolume: (part, value) => this.changeVolume(part, value),
      onMidi: () => this.midi !== null && (this.midi.channel = this.form.channel),
      complain: (problems) => this.complain(problems),
    })
    this.control = new ControlForm(this, {
      onChange: () => this.changeSettings(),
      complain: (problems) => this.complain(problems),
    })
    this.dialogue = this.openDialogue()
    this.roll = new Roll(this.find('.together-roll'), this.picture)
    this.keyboard = new Keyboard(this.find('.keys'), {
      take: (change, timeStamp) => this.take('touch', change, timeStamp),
    })
    this.showKeys()
    matchMedia(NARROW).addEventListener('change', () => this.showKeys())
    this.listen()
    this.showLateness()
    this.show()
    void this.readAddress()
    addEventListener('hashchange', () => void this.readAddress())
  }

  private get settings(): DialogueSettings {
    return { ...this.form.settings, controlOf: (call) => this.control.controlOf(call) }
  }

  private find<T extends HTMLElement>(selector: string): T {
    return elementIn<T>(this, selector)
  }

  private openDialogue(): Dialogue {
    const clock = new Clock(() => this.now, openTicks(), {
      onStretch: (from, to) => {
        this.dialogue.onStretch(from, to)
        this.sendClock(to)
      },
      onLost: (seconds) => this.dialogue.onLost(seconds),
    })
    return new Dialogue(
      this.settings,
      {
        now: () => this.now,
        clock,
        partner: this.partner,
        strike: (side, { pitch, velocity }, when) => this.sing(side, { pitch, velocity, when }),
        release: (side, pitch, when) => this.hush(side, pitch, when),
        click: (isAccent, when) => this.sound?.click(isAccent, when),
        silence: () => this.panic(),
        onPhase: (phase) => this.onPhase(phase),
        onTurn: () => this.show(),
        onRemark: (text) => this.complain([text]),
      },
      () => this.firstLateness,
    )
  }

  // Time and sound

  /** Seconds of the audio clock; of the page's where there is no sound. */
  private get now(): number {
    return this.sound?.now ?? performance.now() / 1000
  }

  /** The sound, opened at the first press; the page says once where a browser has no sound and plays on in silence. */
  private wake(): void {
    if (this.dataset['awake'] !== undefined) return void this.sound?.resume().catch(() => undefined)
    this.dataset['awake'] = ''
    this.openPartner()
    try {
      this.sound = new InstrumentSound(this.dataset['piano'] ?? '')
      this.sound.resume().catch((error: unknown) => this.complain([messageOf(error)]))
      for (const side of SIDES) void this.chooseTimbre(side, this.form.timbre(side))
      for (const part of [...SIDES, 'metronome'] as const) this.changeVolume(part, this.form.volume(part))
    } catch (error) {
      if (!(error instanceof InstrumentSoundError)) throw error
      this.complain([error.message])
    }
  }

  /** The piano is fetched behind the first reply, so that this is not kept waiting; a plain tone plays until then. */
  private async chooseTimbre(side: Side, name: TimbreName): Promise<void> {
    if (name === 'piano' && !this.isPianoDue) return
    const remark = await this.sound?.choose(side, name)
    if (remark != null) this.complain([remark])
  }

  private fetchPiano(): void {
    this.isPianoDue = true
    for (const side of SIDES) void this.chooseTimbre(side, this.form.timbre(side))
  }

  private changeVolume(part: Side | 'metronome', value: number): void {
    if (this.sound === null) return
    if (part === 'metronome') this.sound.metronome.gain.value = value
    else this.sound.voices[part].volume = value
  }

  private sing(side: Side, { pitch, velocity, when }: { pitch: number; velocity: number; when: number }): void {
    this.sound?.voices[side].strike(pitch, velocity, when)
    if (side === 'partner') this.sendMidi(strikeBytes(this.form.output.channel, pitch, velocity), when)
  }

  private hush(side: Side, pitch: number, when: number): void {
    this.sound?.voices[side].release(pitch, when)
    if (side === 'partner') this.sendMidi(releaseBytes(this.form.output.channel, pitch), when)
  }

  private panic(): void {
    this.sound?.panic()
    this.sendMidi(silenceBytes(this.form.output.channel), this.now)
  }

  private sendMidi(bytes: readonly number[], when: number): void {
    const { id } = this.form.output
    const milliseconds = this.sound?.performanceTimeOf(when) ?? when * 1000
    if (id !== '') this.midi?.send(id, bytes, milliseconds)
  }

  /** Says to what follows the MIDI clock that the music starts or stops. */
  private runMidiClock(isRunning: boolean): void {
    if (isRunning === this.isClockRunning) return
    this.isClockRunning = isRunning
    this.clockTick = 0
    if (this.form.output.sendsClock) this.sendMidi(isRunning ? CLOCK.start : CLOCK.stop, this.now)
  }

  /** Sends the clock ticks that are due: six per step. */
  private sendClock(to: number): void {
    if (!this.form.output.sendsClock) return
    const { grid } = this.dialogue
    const perStep = CLOCK.perQuarter / 4
    this.clockTick = Math.max(this.clockTick, Math.ceil(stepAtTime(grid, this.now) * perStep))
    for (; this.clockTick < stepAtTime(grid, to) * perStep; this.clockTick++) {
      const ahead =
        (this.clockTick / perStep - stepAtTime(grid, this.now)) * (60 / grid.beatsPerMinute / grid.metre.stepsPerBeat)
      this.sendMidi(CLOCK.tick, this.now + ahead)
    }
  }

  // Keys

  private take(source: string, change: KeyChange, timeStamp: number): void {
    this.wake()
    const clocks = this.sound?.clocks() ?? { contextTime: this.now, performanceTime: performance.now() }
    this.held.take(source, change, audioTimeOf(timeStamp, clocks))
    this.keyboard.light(this.held.sounding)
  }

  private strike(pitch: number, velocity: number, seconds: number): void {
    this.sound?.voices.you.strike(pitch, velocity, this.now)
    if (this.calibration !== null) return void this.calibration.taps.push(seconds)
    if (this.isDuet) return this.duet?.player.strike(pitch, velocity, seconds)
    if (this.dialogue.phase === 'idle') this.complain([])
    this.dialogue.strike(pitch, velocity, seconds)
  }

  private release(pitch: number, seconds: number): void {
    this.sound?.voices.you.release(pitch, this.now)
    if (this.isDuet) return this.duet?.player.release(pitch, seconds)
    this.dialogue.release(pitch, seconds)
  }

  private showKeys(): void {
    const { scale } = this.form
    const count = matchMedia(NARROW).matches ? FEW_KEYS : MANY_KEYS
    this.find('.keys').style.setProperty('--white-keys', String(count))
    const pitches = keyPitches(this.base, count, scale)
    this.keyboard.show(pitches, { letters: lettersOf(this.base, scale), isPads: scale !== null })
  }

  private moveKeys(halfTones: number): void {
    const base = this.base + halfTones
    if (base < 24 || base > 84) return
    this.held.forget('computer', this.now)
    this.base = base
    this.showKeys()
    this.announce(`The keys begin at ${pitchName(base)}`)
  }

  private listenToLetters(): void {
    const isMeant = ({ target }: Event): boolean => {
      if (!(target instanceof Element)) return this.form.lettersEverywhere
      if (target.closest('input, select, textarea, .roll-editor') !== null) return false
      return this.form.lettersEverywhere || this.contains(target)
    }
    const down = new Map<string, number>()
    addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !isMeant(event)) return
      const octave = OCTAVE_KEYS[event.code]
      const pitch = pitchOfCode(event.code, this.base, this.form.scale)
      if (octave === undefined && pitch === undefined && event.key !== 'Escape') return
      event.preventDefault()
      if (event.repeat) return
      if (event.key === 'Escape') return this.silenceAll()
      if (octave !== undefined) return this.moveKeys(octave)
      if (pitch === undefined) return
      down.set(event.code, pitch)
      this.take('computer', { kind: 'strike', pitch, velocity: COMPUTER_VELOCITY }, event.timeStamp)
    })
    addEventListener('keyup', (event) => {
      const pitch = down.get(event.code)
      if (pitch === undefined) return
      down.delete(event.code)
      this.take('computer', { kind: 'release', pitch }, event.timeStamp)
    })
    addEventListener('blur', () => {
      down.clear()
      for (const source of ['computer', 'touch']) this.held.forget(source, this.now)
      this.keyboard.light(this.held.sounding)
    })
  }

  // What is shown

  /** The turn on the desk: the one that goes on, or the last. */
  private get shown(): Turn | undefined {
    const { current, turns, phase } = this.dialogue
    return current ?? (phase === 'call' || phase === 'count' ? undefined : turns.at(-1))
  }

  private get picture(): RollPicture {
    const { shown } = this
    const { metre, callLength } = this.form.settings
    const beats = METRES[shown?.metre ?? metre]
    const bar = stepsPerBarOf(beats)
    const usual = (callLength === 'rest' ? 2 : callLength) * bar
    const callSteps = shown?.callSteps ?? usual
    return {
      notes: shown === undefined ? [] : notesOfTurns([shown]),
      ...{ metre: beats, callSteps, steps: 2 * callSteps },
      cursor: this.isCursorShown && this.dialogue.phase === 'idle' ? this.cursor : null,
    }
  }

  private show(): void {
    const { turns, phase } = this.dialogue
    this.roll.show(this.picture)
    this.control.showCost(this.shown?.cost ?? null)
    const isIdle = phase === 'idle'
    for (const name of ['replay', 'other', 'rewrite', 'midi-file', 'musicxml', 'abc', 'wav', 'share'])
      this.button(name).disabled = !isIdle || turns.length === 0
    this.button('undo').disabled = !isIdle || (this.history.length === 0 && turns.length === 0)
    this.button('start').textContent = isIdle && this.duet?.isOn !== true ? 'Start' : 'Stop'
    this.dataset['turns'] = String(turns.length)
    if (isIdle && this.shown !== undefined) this.find('#together-words').textContent = turnWords(this.shown)
  }

  private button(name: string): HTMLButtonElement {
    return this.find<HTMLButtonElement>(`[data-do="${name}"]`)
  }

  private onPhase(phase: Phase): void {
    this.dataset['phase'] = phase
    const { callLength } = this.dialogue.settings
    const bars = callLength === 1 ? 'one bar' : `${callLength} bars`
    const firstAfter = this.dialogue.firstAfter
    if (!Number.isNaN(firstAfter)) this.dataset['firstAfter'] = firstAfter.toFixed(1)
    this.dataset['late'] = String(this.dialogue.late)
    const words: Readonly<Record<Phase, string>> = {
      count: 'Listen to the beat…',
      call: callLength === 'rest' ? 'Your turn: play, then leave a bar of rest.' : `Your turn: ${bars}.`,
      reply: 'The model answers.',
      replay: 'Playing what was played.',
      idle: 'Play on: the first key starts the clock. Start counts you in.',
    }
    this.say(words[phase])
    if (phase === 'idle') {
      this.keepLateness()
      this.showLateness()
    }
    if (!this.isPianoDue && this.dialogue.turns.length > 0) this.fetchPiano()
    this.runMidiClock(phase !== 'idle')
    if (phase === 'reply' && !this.dialogue.settings.isLooped) this.closeMicrophone()
    this.show()
    this.follow()
  }

  private say(text: string): void {
    this.find('#together-status').textContent = text
  }

  private announce(text: string): void {
    this.find('#together-cursor').textContent = text
  }

  /** Problems as paragraphs, in place of those before; none takes them away. */
  private complain(problems: readonly string[]): void {
    this.find('#together-problem').replaceChildren(
      ...problems.map((text) => Object.assign(document.createElement('p'), { textContent: text })),
    )
  }

  /** Moves the playing line and the beats with the music. */
  private follow(): void {
    cancelAnimationFrame(this.frame)
    const { position, grid, phase } = this.dialogue
    this.roll.playhead(phase === 'replay' ? null : position)
    this.showBeat(position, grid.metre.beatsPerBar)
    for (const pitch of this.held.releaseStuck(this.now))
      this.complain([`${pitchName(pitch)} was stuck, and was let go.`])
    // A key may be stuck while nothing goes on.
    const goesOn = phase !== 'idle' || this.held.sounding.length > 0
    if (goesOn) this.frame = requestAnimationFrame(() => this.follow())
  }

  private showBeat(position: number | null, count: number): void {
    const beats = this.find('.beats')
    if (beats.childElementCount !== count)
      beats.replaceChildren(...Array.from({ length: count }, () => document.createElement('span')))
    const { metre, beatsPerMinute } = this.dialogue.grid
    const isShown = position !== null && beatsPerMinute <= FASTEST_SHOWN
    const beat = isShown ? ((Math.floor(position / metre.stepsPerBeat) % count) + count) % count : -1
    for (const [n, each] of [...beats.children].entries()) each.classList.toggle('now', n === beat)
  }

  private changeSettings(): void {
    this.dialogue.change(this.settings)
    this.openPartner()
    this.show()
  }

  /** The weights of the chosen model, fetched once they are needed: after the first press, and not for a duet, which has its own. */
  private openPartner(): void {
    if (this.dataset['awake'] === undefined || this.isDuet) return
    const { dial } = this.form.settings
    const url = [this.form.model.url, dial?.weights.url].join(' ')
    if (this.openWeights === url) return
    this.openWeights = url
    this.partner.open(this.form.model, dial)
  }

  // Timing

  private get firstLateness(): Lateness {
    const kept = Number(recall(LATENESS_KEY) ?? NaN)
    return Number.isFinite(kept) ? { offsetSeconds: kept, deviationSeconds: 0.02 } : UNKNOWN_LATENESS
  }

  private keepLateness(): void {
    if (this.dialogue.offsets.length > 0) keep(LATENESS_KEY, this.dialogue.lateness.offsetSeconds.toFixed(4))
  }

  private showLateness(): void {
    const milliseconds = Math.round(this.dialogue.lateness.offsetSeconds * 1000)
    const isKnown = recall(LATENESS_KEY) !== null
    const words = milliseconds < 0 ? `${-milliseconds} ms early` : `${milliseconds} ms late`
    this.find('#together-lateness').textContent = isKnown
      ? `You play about ${words}; the recording corrects it. This stays in your browser.`
      : 'Tap along, and the recording corrects how late you and your device are.'
    const latency = this.sound?.latencyMilliseconds()
    this.find('#together-latency').textContent =
      latency === undefined ? '' : `Your device reports a delay of ${latency.toFixed(0)} ms from the page to the sound.`
  }

  private calibrate(): void {
    this.wake()
    this.dialogue.stop()
    const { beats, beatSeconds, listened } = CALIBRATION
    const start = this.now + 0.3
    const times = Array.from({ length: beats }, (_, beat) => start + beat * beatSeconds)
    for (const [n, when] of times.entries()) this.sound?.click(n % 4 === 0, when)
    this.calibration = { beats: times.slice(listened), taps: [] }
    this.say('Listen to two beats, then tap any key with the next eight.')
    setTimeout(() => this.endCalibration(), (beats * beatSeconds + 0.6) * 1000)
  }

  private endCalibration(): void {
    const measured = this.calibration
    this.calibration = null
    if (measured === null) return
    if (measured.taps.length < CALIBRATION.leastTaps)
      return this.say('Too few taps: press “Measure my timing” and tap along.')
    const { offsetSeconds } = latenessOfTaps(measured.taps, measured.beats)
    keep(LATENESS_KEY, offsetSeconds.toFixed(4))
    this.dialogue.offsets = []
    this.showLateness()
    this.say('Your timing is measured.')
  }

  // The roll

  /** Another call on the desk, which the model answers. @param isNew false where it only continues the last edit. */
  private edit(call: readonly StepNote[], isNew = true): void {
    const { metre, beatsPerMinute, swing } = this.form.settings
    const turns = this.dialogue.turns
    const { callSteps } = this.picture
    const blank = { ...madeBy(this.form.settings), metre, beatsPerMinute, swing, callSteps }
    if (isNew) this.remember()
    const turn: Turn = { ...(turns.at(-1) ?? blank), call, reply: [] }
    this.dialogue.turns = [...turns.slice(0, -1), turn]
    this.show()
    clearTimeout(this.editing)
    if (call.length > 0) this.editing = window.setTimeout(() => void this.answer(), EDIT_MILLISECONDS)
  }

  private remember(): void {
    this.history = [...this.history, this.dialogue.turns].slice(-50)
  }

  /** Has the model answer the last call, with the settings as they are. */
  private async answer(): Promise<void> {
    const turn = this.dialogue.turns.at(-1)
    if (turn === undefined || turn.call.length === 0 || this.dialogue.phase !== 'idle') return
    this.wake()
    this.say('The model thinks…')
    const answered = await this.dialogue.answerAgain(turn, this.settings)
    if (this.dialogue.turns.at(-1) !== turn) return
    this.dialogue.turns = [...this.dialogue.turns.slice(0, -1), answered]
    this.show()
    this.say(
      answered.reply.length > 0
        ? 'The model has answered: press Play again to hear it.'
        : 'The model answers with silence.',
    )
  }

  private press(step: number, pitch: number): boolean {
    if (this.dialogue.phase !== 'idle' || step >= this.picture.callSteps) return false
    const call = this.shown?.call ?? []
    this.cursor = { step, pitch }
    const there = call.find((note) => note.pitch === pitch && note.startStep <= step && step < note.endStep)
    if (there !== undefined) {
      this.edit(call.filter((note) => note !== there))
      this.announce(`${pitchName(pitch)} removed`)
      return false
    }
    const endStep = Math.min(this.picture.callSteps, step + this.noteLength)
    const notes = [...call.filter((note) => note.startStep !== step), { pitch, velocity: 80, startStep: step, endStep }]
    this.edit(notes.toSorted((a, b) => a.startStep - b.startStep))
    this.wake()
    this.sound?.voices.you.strike(pitch, 80, this.now)
    this.sound?.voices.you.release(pitch, this.now + 0.3)
    this.announce(`${pitchName(pitch)} set`)
    return true
  }

  /** The note that was just set lasts up to a step, or to the next note. */
  private lengthen(step: number): void {
    const call = this.shown?.call ?? []
    const begun = call.find((note) => note.startStep === this.cursor.step && note.pitch === this.cursor.pitch)
    if (begun === undefined || step < begun.startStep) return
    const next = call.find(({ startStep }) => startStep > begun.startStep)?.startStep ?? this.picture.callSteps
    const endStep = Math.min(step + 1, next)
    if (endStep === begun.endStep) return
    this.edit(
      call.map((note) => (note === begun ? { ...begun, endStep } : note)),
      false,
    )
  }

  private moveTo(step: number, pitch: number): void {
    const { steps } = this.picture
    this.isCursorShown = true
    this.cursor = { step: Math.min(steps - 1, Math.max(0, step)), pitch: Math.min(MAX_PITCH, Math.max(0, pitch)) }
    this.show()
    const bar = stepsPerBarOf(this.picture.metre)
    this.announce(
      `bar ${Math.floor(this.cursor.step / bar) + 1}, step ${(this.cursor.step % bar) + 1}, ${pitchName(this.cursor.pitch)}`,
    )
  }

  private removeNote(): void {
    const call = this.shown?.call ?? []
    const { step } = this.cursor
    const there = call.find((note) => note.startStep <= step && step < note.endStep)
    if (there === undefined || this.dialogue.phase !== 'idle') return this.announce('No note of yours here')
    this.edit(call.filter((note) => note !== there))
    this.announce(`${pitchName(there.pitch)} removed`)
  }

  private listenToRoll(): void {
    const roll = this.find('.together-roll')
    editRoll(roll, {
      placeAt: (x, y) => this.roll.placeAt(x, y),
      press: (step, pitch) => this.press(step, pitch),
      drag: (step) => this.lengthen(step),
      move: (steps, halfTones) => this.moveTo(this.cursor.step + steps, this.cursor.pitch + halfTones),
      goTo: (end) => this.moveTo(end === 'start' ? 0 : this.picture.steps - 1, this.cursor.pitch),
      set: () => this.press(this.cursor.step, this.cursor.pitch),
      remove: () => this.removeNote(),
      strike: () => undefined, // the letters are heard all over the instrument
      rest: () => this.moveTo(this.cursor.step + this.noteLength, this.cursor.pitch),
      chooseLength: (n) => (this.noteLength = [1, 2, 3, 4, 6, 8, 16][n - 1] ?? 2),
      playOrStop: () => this.startOrStop(),
    })
    roll.addEventListener(
      'focus',
      () => roll.matches(':focus-visible') && this.moveTo(this.cursor.step, this.cursor.pitch),
    )
    roll.addEventListener('blur', () => {
      this.isCursorShown = false
      this.show()
    })
  }

  // Buttons

  private listen(): void {
    this.listenToRoll()
    this.listenToLetters()
    this.listenToFiles()
    const actions: Readonly<Record<string, () => void>> = {
      start: () => this.startOrStop(),
      replay: () => this.replay(),
      other: () => void this.anotherReply(),
      undo: () => this.undo(),
      rewrite: () => void this.rewrite(),
      'midi-file': () => void this.saveMidi(),
      musicxml: () => void this.saveScore('musicxml'),
      abc: () => void this.saveScore('abc'),
      wav: () => void this.saveWav(),
      share: () => void this.share(),
      open: () => this.find('#together-file').click(),
      'octave-down': () => this.moveKeys(-12),
      'octave-up': () => this.moveKeys(12),
      calibrate: () => this.calibrate(),
      panic: () => this.silenceAll(),
      midi: () => void this.toggleMidi(),
      hum: () => void this.toggleMicrophone(),
      cinematic: () => void this.openDuet().then((duet) => duet?.cinematic()),
      'hear-duet': () => this.hearDuet(),
    }
    this.addEventListener('click', (event) => {
      const name = elementOf(event, 'button[data-do]')?.dataset['do'] ?? ''
      if (name === 'tap') this.tap(event.timeStamp)
      actions[name]?.()
    })
    for (const way of this.querySelectorAll<HTMLInputElement>('[name="together-way"]'))
      way.addEventListener('change', () => this.chooseWay(way.value))
    // A finger's press lets a page sound only when it is lifted.
    this.addEventListener('pointerup', () => this.dataset['awake'] !== undefined && this.wake())
  }

  // The duet

  private get isDuet(): boolean {
    return this.dataset['way'] === 'duet'
  }

  /** The desk of the duet, whose code comes when it is first wanted; null where its network is not published. */
  private async openDuet(): Promise<DuetDesk | null> {
    const { secondVoice } = this.dataset
    if (this.duet !== null || secondVoice === undefined) return this.duet
    const { DuetDesk } = await import('./duetDesk.ts')
    this.duet ??= new DuetDesk(this, {
      place: ownJson<WeightsPlace>(secondVoice),
      now: () => this.now,
      settings: () => this.form.settings,
      setTempo: (tempo) => this.form.setTempo(tempo),
      strike: (side, { pitch, velocity }, when) => this.sing(side, { pitch, velocity, when }),
      release: (side, pitch, when) => this.hush(side, pitch, when),
      click: (isAccent, when) => this.sound?.click(isAccent, when),
      silence: () => this.panic(),
      say: (text) => this.say(text),
      complain: (problems) => this.complain(problems),
      onChange: (played) => {
        if (played !== null) this.dialogue.turns = [played]
        this.show()
      },
    })
    return this.duet
  }

  private chooseWay(way: string): void {
    this.dialogue.stop()
    this.duet?.stop()
    this.dataset['way'] = way
    const isDuet = way === 'duet'
    for (const part of this.querySelectorAll<HTMLElement>('.duet')) part.hidden = !isDuet
    this.find('.together-roll').hidden = isDuet
    for (const name of ['hum', 'other', 'undo']) this.button(name).hidden = isDuet
    if (isDuet) void this.openDuet()
    else this.openPartner()
    this.complain([])
    this.say(
      isDuet
        ? 'Choose who performs, you or a tune, and press Start: the partner plays at the same time.'
        : 'Tap some keys: the first one starts the clock.',
    )
    this.show()
  }

  /** Somebody without an instrument hears a tune and the partner at one press. */
  private hearDuet(): void {
    const way = this.querySelector<HTMLInputElement>('[name="together-way"][value="duet"]')
    if (way !== null) way.checked = true
    if (!this.isDuet) this.chooseWay('duet')
    this.wake()
    this.fetchPiano()
    void this.openDuet().then((duet) => (duet?.isOn === true ? undefined : duet?.startOrStop('tune:2')))
  }

  private startOrStop(): void {
    this.complain([])
    this.wake()
    if (this.dialogue.phase !== 'idle') return this.dialogue.stop()
    if (this.isDuet) return void this.openDuet().then((duet) => duet?.startOrStop())
    this.remember()
    this.dialogue.start()
  }

  private replay(): void {
    this.wake()
    this.dialogue.replay(this.dialogue.turns)
  }

  private async anotherReply(): Promise<void> {
    this.remember()
    const [random = 0] = crypto.getRandomValues(new Uint32Array(1))
    this.form.setSeed(random % 1_000_000)
    await this.answer()
    const last = this.dialogue.turns.at(-1)
    if (last !== undefined && this.dialogue.phase === 'idle') this.dialogue.replay([last])
  }

  /** Draws bars of the turn on the desk again: the best of several draws. */
  private async rewrite(): Promise<void> {
    const turn = this.dialogue.turns.at(-1)
    if (turn === undefined || this.dialogue.phase !== 'idle') return
    this.complain([])
    const [bars, settings] = [this.form.rewriting, this.settings]
    const { rewriteRecipe, rewrittenTurn } = await import('../instrument/rewriteTurn.ts')
    const { PrimerError } = await import('../../../../src/generation/primers.ts')
    try {
      const recipe = rewriteRecipe(turn, bars, settings)
      this.say(`The model draws ${bars.candidates} times…`)
      const made = await this.dialogue.made(settings.weights, recipe)
      if (made.hasFailed || this.dialogue.turns.at(-1) !== turn) return
      this.remember()
      const events = [...recipe.call, ...made.events]
      const after = {
        ...rewrittenTurn(turn, { bars, events, settings }),
        ...(made.cost === null ? {} : { cost: made.cost }),
      }
      this.dialogue.turns = [...this.dialogue.turns.slice(0, -1), after]
      this.show()
      this.say(
        `Drawn again: what follows is ${made.gain.toFixed(2)} nats per step likelier than after the first draw. Press Play again to hear it.`,
      )
    } catch (error) {
      if (!(error instanceof PrimerError)) throw error
      this.complain([error.message.replace(/^b/, 'B')])
    }
  }

  private undo(): void {
    this.dialogue.turns = this.history.at(-1) ?? this.dialogue.turns.slice(0, -1)
    this.history = this.history.slice(0, -1)
    this.show()
    this.say('Taken back.')
  }

  private tap(timeStamp: number): void {
    this.taps = withTap(this.taps, timeStamp / 1000)
    const tempo = tapTempo(this.taps)
    if (tempo !== null) this.form.setTempo(tempo)
  }

  private silenceAll(): void {
    this.held.silence(this.now)
    this.dialogue.stop()
    this.duet?.stop()
    this.panic()
    this.keyboard.light([])
    this.say('All notes are silent.')
  }

  // Files, links, devices

  private async saveMidi(): Promise<void> {
    const { dialogueMidi } = await import('../instrument/dialogueMidi.ts')
    const bytes = new Uint8Array(dialogueMidi(this.dialogue.turns))
    this.download(new Blob([bytes], { type: 'audio/midi' }), 'dialogue.mid')
  }

  private async saveScore(kind: ScoreKind): Promise<void> {
    const [first, ...others] = this.dialogue.turns
    if (first === undefined) return
    const { dialogueScore } = await import('../instrument/dialogueScore.ts')
    const { writtenScore } = await import('../instrument/writtenScore.ts')
    const { melody, options } = dialogueScore([first, ...others])
    this.download(writtenScore(kind, melody, options), `dialogue.${kind}`)
    if (others.some(({ metre }) => metre !== first.metre))
      this.complain([`The score counts all turns in ${first.metre}, the metre of the first.`])
  }

  private async saveWav(): Promise<void> {
    const { renderDialogue } = await import('../instrument/renderDialogue.ts')
    if (this.sound === null) this.wake()
    const { sound } = this
    if (sound === null)
      return this.complain(['This browser has no Web Audio, so no sound can be saved: save the MIDI file.'])
    const of = (side: Side) => ({ timbre: sound.voices[side].timbre, volume: this.form.volume(side) })
    const bytes = await renderDialogue(this.dialogue.turns, { you: of('you'), partner: of('partner') })
    this.download(new Blob([bytes], { type: 'audio/wav' }), 'dialogue.wav')
  }

  private download(blob: Blob, name: string): void {
    saveFile(blob, name)
    this.say(`Saved ${name}.`)
  }

  private async share(): Promise<void> {
    const { shareText, ShareError } = await import('../instrument/shareText.ts')
    try {
      const address = `${location.origin}${location.pathname}#d=${await shareText(this.dialogue.turns)}`
      history.replaceState(null, '', address)
      await this.copy(address)
    } catch (error) {
      if (!(error instanceof ShareError)) throw error
      this.complain([error.message])
    }
  }

  private async copy(address: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(address)
      this.say('The link is copied: it opens this page with what was played.')
    } catch {
      // No permission, or a page that is not served securely: to be copied by hand.
      const field = this.find<HTMLInputElement>('#together-address-text')
      this.find('#together-address').hidden = false
      field.value = address
      field.focus()
      field.select()
      this.say('The browser did not let the page copy: copy the address from the field.')
    }
  }

  private async readAddress(): Promise<void> {
    const text = new URLSearchParams(location.hash.slice(1)).get('d')
    if (text === null) return
    const { readShareText, ShareError } = await import('../instrument/shareText.ts')
    try {
      this.dialogue.stop()
      const turns = await readShareText(text)
      this.dialogue.turns = turns
      for (const last of turns.slice(-1)) this.showSettings(last)
      this.show()
      this.say('This is what somebody played: press Play again to hear it, or play on.')
    } catch (error) {
      if (!(error instanceof ShareError)) throw error
      this.complain([error.message])
    }
  }

  /** Takes over how a turn of an address was made, and says where its models are not those of this page. */
  private showSettings(turn: Turn): void {
    this.form.show(turn)
    this.control.show(turn.control ?? {})
    const others = [turn, ...(turn.dial === undefined ? [] : [turn.dial])].filter(
      ({ iteration, sha256 }) =>
        this.form.models.find((model) => model.iteration === iteration)?.sha256.slice(0, 8) !== sha256.slice(0, 8),
    )
    this.complain(
      others.map(
        ({ iteration }) =>
          `The reply was made by other weights of ${iteration.slice(0, 10)} than this page has: it plays as it was, and another reply will differ.`,
      ),
    )
  }

  private listenToFiles(): void {
    const field = this.find<HTMLInputElement>('#together-file')
    field.addEventListener('change', () => {
      const file = field.files?.[0]
      field.value = '' // so that the same file can be opened again
      if (file !== undefined) void this.openFile(file)
    })
    addEventListener('dragover', (event) => event.dataTransfer?.types.includes('Files') && event.preventDefault())
    addEventListener('drop', (event) => {
      const file = event.dataTransfer?.files[0]
      if (file === undefined) return
      event.preventDefault()
      void this.openFile(file)
    })
  }

  /** A file's melody becomes a call, at its own tempo, and is answered. */
  private async openFile(file: File): Promise<void> {
    if (this.isDuet) return void (await this.openDuet())?.openFile(file)
    const { openPrimerFile, PrimerFileError } = await import('./primerFile.ts')
    const { melodyNotes } = await import('../../../../src/melody/melody.ts')
    try {
      const { events, qpm, remarks } = await openPrimerFile(file)
      this.dialogue.stop()
      this.form.setTempo(qpm)
      const bar = stepsPerBarOf(METRES['4/4'])
      const callSteps = Math.ceil(events.length / bar) * bar
      const call = melodyNotes(events).map((note) => ({ ...note, velocity: 80 }))
      const turn = { metre: '4/4', beatsPerMinute: qpm, swing: 0.5, callSteps } as const
      this.remember()
      this.dialogue.turns = [...this.dialogue.turns, { ...madeBy(this.form.settings), ...turn, call, reply: [] }]
      this.show()
      this.complain(remarks)
      await this.answer()
    } catch (error) {
      if (!(error instanceof PrimerFileError)) throw error
      this.complain([error.message])
    }
  }

  private async toggleMidi(): Promise<void> {
    this.complain([])
    const button = this.button('midi')
    if (this.midi !== null) {
      this.midi.close()
      this.midi = null
      button.setAttribute('aria-pressed', 'false')
      return this.say('MIDI is disconnected.')
    }
    const { openMidiPorts, MidiPortsError } = await import('../instrument/midiPorts.ts')
    try {
      this.midi = await openMidiPorts({
        onChange: (source, change, timeStamp) => this.take(source, change, timeStamp),
        onGone: (source) => this.loseKeyboard(source),
        onPorts: () => this.showPorts(),
      })
      this.midi.channel = this.form.channel
      button.setAttribute('aria-pressed', 'true')
      this.wake()
      this.showPorts()
    } catch (error) {
      if (!(error instanceof MidiPortsError)) throw error
      this.complain([error.message])
    }
  }

  private async toggleMicrophone(): Promise<void> {
    this.complain([])
    if (this.microphone !== null) {
      this.closeMicrophone()
      return this.say('The microphone is closed.')
    }
    this.wake()
    const { sound } = this
    if (sound === null) return this.complain(['This browser has no Web Audio, so it cannot hear: play on the keys.'])
    const { openMicrophone, MicrophoneError } = await import('../instrument/microphone.ts')
    try {
      this.microphone = await openMicrophone(sound.context, {
        onChange: (change) => this.hum(change),
        onGone: () => {
          this.closeMicrophone()
          this.complain(['The microphone is gone: plug it in and press “Hum a call” again, or play on the keys.'])
        },
      })
      this.button('hum').setAttribute('aria-pressed', 'true')
      this.say('Hum or sing: your first note starts the clock. Headphones keep the beat out of the microphone.')
    } catch (error) {
      if (!(error instanceof MicrophoneError)) throw error
      this.complain([error.message])
    }
  }

  private closeMicrophone(): void {
    const { microphone } = this
    this.microphone = null
    microphone?.close()
    this.button('hum').setAttribute('aria-pressed', 'false')
  }

  /** What is hummed is recorded like keys, but not played: the microphone would hear it. Replies are not listened to. */
  private hum(change: SungChange): void {
    const { phase } = this.dialogue
    const isCall = phase === 'idle' || phase === 'count' || phase === 'call'
    if (change.kind === 'release') this.dialogue.release(change.pitch, change.seconds)
    else if (isCall && this.microphone !== null) this.dialogue.strike(change.pitch, change.velocity, change.seconds)
    this.keyboard.light(change.kind === 'strike' && isCall ? [change.pitch] : this.held.sounding)
  }

  private loseKeyboard(source: string): void {
    this.held.forget(source, this.now)
    this.keyboard.light(this.held.sounding)
    if (this.midi !== null)
      this.complain([
        'A MIDI keyboard was unplugged: its notes were let go. Plug it in again, or play on the keys of the page.',
      ])
  }

  private showPorts(): void {
    const names = this.midi?.inputNames() ?? []
    this.form.showOutputs(this.midi?.outputs() ?? [])
    this.say(names.length === 0 ? 'No MIDI keyboard is connected yet: plug one in.' : `${names.join(', ')}: play.`)
  }
}

function recall(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null // no storage: nothing is kept
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // no storage: nothing is kept
  }
}

customElements.define('play-together', PlayTogether)
