import { listeningTrials, type ListeningTrial } from '../../../../src/evaluation/listening/listeningTrials.ts'
import type { ListeningVotes } from '../../../../src/results/listeningVotes.ts'
import { HELD_BACK, resumeAudio } from '../resumeAudio.ts'
import { type Sound, SoundError, soundOf } from '../melodies/sounds.ts'
import { roundOfTones, ROUNDS_TO_PASS, type ToneRound, toneRounds } from './headphoneTones.ts'
import { firstVotes, forgetVotes, keepVotes, keptVotes } from './keptVotes.ts'
import type { ListeningPlan } from './listeningPlan.ts'
import { elementIn } from '../elementIn.ts'
import { ownAnswer } from '../ownJson.ts'
import { saveFile } from '../saveFile.ts'

/** Between the beginning, the first and the second continuation. */
const PAUSE_SECONDS = 0.6
const PARTS = ['start', 'check', 'trial', 'end'] as const
type Part = (typeof PARTS)[number]
type Side = 'left' | 'right'
const CHOICES = ['left', 'right', 'tie'] as const

/**
 * The blind comparison: a headphone check, then pairs. A beginning plays once, then two continuations; a vote is taken when both
 * were heard. What was voted is kept in the browser until the file was saved.
 */
class ListeningTestElement extends HTMLElement {
  private plan: ListeningPlan | null = null
  private votes: ListeningVotes | null = null
  private trials: readonly ListeningTrial[] = []
  private rounds: ToneRound[] = []
  private found = 0
  private heard = new Set<Side>()
  private audio: AudioContext | null = null
  private playing: AudioBufferSourceNode[] = []
  /** Counts what was asked to play, so that an earlier wish falls silent. */
  private wishes = 0

  connectedCallback(): void {
    this.on('.begin', () => void this.begin())
    this.on('.forget', () => this.forget())
    this.on('.tones', () => void this.playTones())
    this.on('.leave-out', () => this.next('trial'))
    for (const button of this.querySelectorAll<HTMLButtonElement>('.tone'))
      button.addEventListener('click', () => this.answer(Number(button.value)))
    this.on('.listen', () => void this.playAll())
    this.on('.left', () => void this.playOne('left'))
    this.on('.right', () => void this.playOne('right'))
    for (const choice of CHOICES)
      for (const button of this.querySelectorAll(`.vote[value="${choice}"]`))
        button.addEventListener('click', () => this.vote(choice))
    this.on('.save', () => this.save())
    void this.load()
  }

  private on(name: string, act: () => void): void {
    this.one(name).addEventListener('click', act)
  }

  private one<E extends HTMLElement = HTMLElement>(name: string): E {
    return elementIn<E>(this, name)
  }

  private async load(): Promise<void> {
    const answer = await fetch(this.dataset['plan'] ?? '').catch(() => null)
    if (answer?.ok !== true) return this.say('The test could not be loaded. Reload the page to try again.')
    const plan = await ownAnswer<ListeningPlan>(answer)
    this.plan = plan
    const kept = keptVotes(plan.test)
    this.votes = kept ?? firstVotes(plan.test, this.askedSeed())
    this.trials = listeningTrials(plan.blocks, this.votes.seed).trials
    this.one('.forget').hidden = kept === null
    const made = this.votes.votes.length
    if (kept !== null) this.one('.begin').textContent = `Continue at comparison ${made + 1} of ${this.trials.length}`
    this.one<HTMLButtonElement>('.begin').disabled = false
    if (made >= this.trials.length) this.end()
    else this.show('start')
  }

  /** `?seed=7` gives the test of that seed; else the seed is random. */
  private askedSeed(): number {
    const asked = Number(new URLSearchParams(location.search).get('seed') ?? NaN)
    return Number.isInteger(asked) && asked >= 0 && asked < 2 ** 32
      ? asked
      : (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0)
  }

  private forget(): void {
    forgetVotes()
    location.reload()
  }

  private async begin(): Promise<void> {
    if (!(await this.mayPlay())) return
    if (this.votes !== null && (this.votes.votes.length > 0 || this.votes.headphones !== null))
      return this.next('trial')
    this.rounds = toneRounds(() => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32)
    this.next('check')
    this.showRound()
  }

  private async mayPlay(): Promise<boolean> {
    this.audio ??= new AudioContext()
    if (await resumeAudio(this.audio)) return true
    this.say(HELD_BACK)
    return false
  }

  private next(part: 'check' | 'trial'): void {
    this.stop()
    this.show(part)
    if (part === 'trial') this.showTrial()
  }

  private show(part: Part): void {
    for (const each of PARTS) this.one(`.part-${each}`).hidden = each !== part
    if (part !== 'start') this.one(`.part-${part} h2`).focus()
  }

  private showRound(): void {
    this.one('.round').textContent = `Round ${3 - this.rounds.length + 1} of 3`
    this.enable('.tone', false)
  }

  private async playTones(): Promise<void> {
    const [round] = this.rounds
    if (round === undefined || this.audio === null || !(await this.mayPlay())) return
    const [left, right] = roundOfTones(round, this.audio.sampleRate)
    const buffer = this.audio.createBuffer(2, left.length, this.audio.sampleRate)
    buffer.getChannelData(0).set(left)
    buffer.getChannelData(1).set(right)
    this.stop()
    this.say('Three tones are playing.')
    if (await this.play(buffer, 0)) this.say('Which tone was the quietest?')
    this.enable('.tone', true)
  }

  private answer(tone: number): void {
    const round = this.rounds.shift()
    if (tone === round?.quiet) this.found++
    if (this.rounds.length > 0) return this.showRound()
    this.votes = this.votes && { ...this.votes, headphones: this.found >= ROUNDS_TO_PASS }
    this.say(
      this.votes?.headphones === true
        ? 'You seem to wear headphones. Thank you.'
        : 'That sounded like loudspeakers; headphones are better. You can continue all the same: your file says so.',
    )
    this.next('trial')
  }

  private get trial(): ListeningTrial | undefined {
    return this.trials[this.votes?.votes.length ?? 0]
  }

  private showTrial(): void {
    this.heard = new Set()
    const made = this.votes?.votes.length ?? 0
    this.one('.count').textContent = `Comparison ${made + 1} of ${this.trials.length}`
    this.one<HTMLProgressElement>('progress').value = made
    this.one<HTMLProgressElement>('progress').max = this.trials.length
    this.enable('.vote, .left, .right', false)
    this.enable('.listen', true)
    this.say('')
    for (const id of this.soundsOf(this.trial)) void this.sound(id).catch(() => undefined) // said when it is to be played
  }

  private soundsOf(trial: ListeningTrial | undefined): string[] {
    return trial === undefined ? [] : [trial.primer, trial.left, trial.right]
  }

  private sound(id: string): Promise<Sound> {
    return soundOf(`${this.plan?.sounds ?? ''}${id}.mp3`, this.plan?.firstSeconds[id] ?? 0)
  }

  private async playAll(): Promise<void> {
    const { trial } = this
    if (trial === undefined || !(await this.mayPlay())) return
    this.stop()
    this.enable('.listen', false)
    const whole =
      (await this.playSound(trial.primer, 'The beginning is playing.')) &&
      (await this.playSound(trial.left, 'Continuation A is playing.', 'left')) &&
      (await this.playSound(trial.right, 'Continuation B is playing.', 'right'))
    if (whole) this.say('Which one continues the beginning better?')
    else if (this.trial === trial) this.enable('.listen', this.heard.size < 2)
  }

  private async playOne(side: Side): Promise<void> {
    const { trial } = this
    if (trial === undefined || !(await this.mayPlay())) return
    this.stop()
    await this.playSound(trial[side], `Continuation ${side === 'left' ? 'A' : 'B'} is playing.`, side)
  }

  /** Whether it was heard to its end. */
  private async playSound(id: string, words: string, side?: Side): Promise<boolean> {
    const wish = this.wishes
    try {
      const { buffer, startSeconds } = await this.sound(id)
      if (wish !== this.wishes) return false
      this.say(words)
      this.mark(side)
      if (!(await this.play(buffer, startSeconds))) return false
    } catch (error) {
      if (!(error instanceof SoundError)) throw error
      this.say(`This comparison cannot be played: ${error.message}. Press Listen to try again.`)
      return false
    } finally {
      this.mark(undefined)
    }
    if (side !== undefined) this.heard.add(side)
    if (this.heard.size === 2) this.enable('.vote, .left, .right', true)
    return true
  }

  /** Lights the continuation that sounds. */
  private mark(side: Side | undefined): void {
    for (const each of ['left', 'right'] as const) this.one(`.${each}`).classList.toggle('sounds', each === side)
  }

  /** Resolves when it has ended: true, or false if it was stopped. */
  private play(buffer: AudioBuffer, startSeconds: number): Promise<boolean> {
    const { audio, wishes: wish } = this
    if (audio === null) return Promise.resolve(false)
    const source = new AudioBufferSourceNode(audio, { buffer })
    source.connect(audio.destination)
    this.playing.push(source)
    source.start(audio.currentTime + PAUSE_SECONDS, startSeconds)
    return new Promise((done) => {
      source.onended = () => done(wish === this.wishes)
    })
  }

  private stop(): void {
    this.wishes++
    for (const source of this.playing.splice(0)) source.stop()
  }

  private vote(choice: (typeof CHOICES)[number]): void {
    const { trial, votes } = this
    if (trial === undefined || votes === null || this.heard.size < 2) return
    this.stop()
    this.votes = { ...votes, votes: [...votes.votes, { ...trial, choice }] }
    keepVotes(this.votes)
    if (this.trial === undefined) this.end()
    else this.next('trial')
  }

  private end(): void {
    this.show('end')
    this.say('')
    const link = this.querySelector<HTMLAnchorElement>('.send')
    if (link === null) return
    const address = new URL(link.dataset['issues'] ?? '')
    address.searchParams.set('title', 'Votes of the listening test')
    address.searchParams.set('body', JSON.stringify(this.votes))
    link.href = address.href
  }

  private save(): void {
    const file = new Blob([JSON.stringify(this.votes)], { type: 'application/json' })
    saveFile(file, `cantus-votes-${this.votes?.listener.slice(0, 8) ?? ''}.json`)
    this.say('The file is saved. Another test can be begun below.')
    this.one('.again').hidden = false
  }

  private enable(names: string, enabled: boolean): void {
    for (const button of this.querySelectorAll<HTMLButtonElement>(names)) button.disabled = !enabled
  }

  private say(words: string): void {
    this.one('.said').textContent = words
  }
}

customElements.define('listening-test', ListeningTestElement)
