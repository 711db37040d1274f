import { type Sound, SoundError, soundOf } from './melodies/sounds.ts'
import { HELD_BACK, resumeAudio } from './resumeAudio.ts'

/** So that nothing clicks where one voice gives way to another. */
const FADE_SECONDS = 0.012
const TYPED_INTO = 'input, textarea, select, [contenteditable]'
/** Where a browser does not tell when it rests. */
const REST_MILLISECONDS = 1500

interface Strand {
  readonly source: AudioBufferSourceNode
  readonly gain: GainNode
}

/**
 * The voices of the front page under one playhead. All sounds run in step and one is heard: changing the voice changes gains, so
 * the other one is at the same moment. The first voice is fetched when the page rests, unless the reader saves data; the
 * others when somebody comes near.
 */
class LaneScore extends HTMLElement {
  private readonly lanes = [...this.querySelectorAll<HTMLElement>('.lane[data-letter]')]
  private readonly heads = [...this.querySelectorAll<HTMLElement>('.head')]
  private readonly strands = new Map<HTMLElement, Strand>()
  private readonly steps = Number(this.dataset['steps'])
  private readonly given = Number(this.dataset['primerSteps'])
  private readonly rate = Number(this.dataset['stepsPerSecond'])
  private readonly barSeconds = Number(this.dataset['stepsPerBar']) / this.rate
  private chosen = this.lanes[0]
  private context: AudioContext | null = null
  /** Clock time at which the primer's beginning lies; null while nothing sounds. */
  private origin: number | null = null
  private rested = 0
  /** Counts what was asked for, so that a sound that comes late does not join an older wish. */
  private wishes = 0

  connectedCallback(): void {
    const near = (): void => {
      for (const lane of this.lanes) void this.soundOf(lane).catch(() => {}) // said when it is to be played
    }
    for (const type of ['pointerenter', 'touchstart', 'focusin'])
      this.addEventListener(type, near, { passive: true, once: true })
    this.fetchAtRest()
    this.querySelector('.play')?.addEventListener('click', (event) => void this.toggle(event))
    this.listen(this.querySelector<HTMLElement>('.given-roll .track'), [0, this.given])
    for (const lane of this.lanes) {
      lane.querySelector('.choose')?.addEventListener('click', (event) => void this.press(lane, event))
      for (const link of lane.querySelectorAll<HTMLElement>('.bar-link'))
        link.addEventListener('click', (event) => this.playBar(lane, link, event))
      this.listen(lane.querySelector<HTMLElement>('.track'), [this.given, this.steps], lane)
    }
    this.addEventListener('keydown', (event) => this.onKey(event))
  }

  private fetchAtRest(): void {
    const [first] = this.lanes
    if (first === undefined || savesData()) return
    const fetchIt = (): void => void this.soundOf(first).catch(() => {})
    const atRest = (): void => {
      if ('requestIdleCallback' in window) requestIdleCallback(fetchIt)
      else setTimeout(fetchIt, REST_MILLISECONDS)
    }
    if (document.readyState === 'complete') atRest()
    else addEventListener('load', atRest, { once: true })
  }

  private soundOf(lane: HTMLElement): Promise<Sound> {
    return soundOf(lane.dataset['sound'] ?? '', Number(lane.dataset['firstStep']) / this.rate)
  }

  /** Plays from where a roll that shows these steps is pressed. */
  private listen(track: HTMLElement | null, [from, to]: readonly [number, number], lane?: HTMLElement): void {
    track?.addEventListener('click', (event) => {
      const { left, width } = track.getBoundingClientRect()
      const step = from + (Math.max(0, event.clientX - left) / width) * (to - from)
      void this.play(lane ?? this.chosen, step / this.rate, event)
    })
  }

  private playBar(lane: HTMLElement, link: HTMLElement, event: MouseEvent): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    void this.play(lane, (Number(link.dataset['bar']) - 1) * this.barSeconds, event)
  }

  private get seconds(): number {
    if (this.origin === null || this.context === null) return this.rested
    return Math.max(0, this.context.currentTime - this.origin)
  }

  private async toggle(event: Event): Promise<void> {
    if (this.origin === null) return this.play(this.chosen, this.rested, event)
    this.rested = this.seconds
    this.stop()
    this.show()
  }

  /** A voice that is chosen already starts and stops; another one takes over at the same moment. */
  private async press(lane: HTMLElement, event: Event): Promise<void> {
    if (lane === this.chosen) return this.toggle(event)
    if (this.origin !== null) return this.change(lane)
    // In the primer all voices sound alike: a voice is first heard from its last bar on.
    return this.play(lane, Math.max(this.rested, this.given / this.rate - this.barSeconds), event)
  }

  private async play(lane: HTMLElement | undefined, from: number, event: Event): Promise<void> {
    if (lane === undefined) return
    this.stop()
    const wish = this.wishes
    this.choose(lane)
    this.rested = from
    try {
      const context = (this.context ??= new AudioContext({ latencyHint: 'interactive' }))
      const [canSound, sound] = await Promise.all([resumeAudio(context), this.soundOf(lane)])
      if (wish !== this.wishes) return
      if (!canSound) return this.say(HELD_BACK)
      this.origin = context.currentTime - from
      this.join(lane, sound)
      performance.measure('score-start', { start: event.timeStamp, end: performance.now() })
      this.say('')
    } catch (error) {
      const reason = error instanceof SoundError ? error.message : 'this browser blocks sound'
      if (wish === this.wishes) this.say(`It cannot be heard here: ${reason}. Its page has the MIDI file.`)
      return
    }
    this.show()
    this.follow()
    for (const other of this.lanes) if (other !== lane) void this.joinLater(other, wish)
  }

  private async joinLater(lane: HTMLElement, wish: number): Promise<void> {
    const sound = await this.soundOf(lane).catch(() => null)
    if (sound !== null && wish === this.wishes && this.origin !== null) this.join(lane, sound)
  }

  /** Lets a sound run along, silent unless its voice is the chosen one. */
  private join(lane: HTMLElement, { buffer, startSeconds }: Sound): void {
    const { context } = this
    if (context === null || this.strands.has(lane)) return
    const [source, gain] = [context.createBufferSource(), context.createGain()]
    source.buffer = buffer
    source.connect(gain).connect(context.destination)
    gain.gain.value = lane === this.chosen ? 1 : 0
    source.start(context.currentTime, Math.min(startSeconds + this.seconds, buffer.duration))
    this.strands.set(lane, { source, gain })
    source.onended = () => {
      if (this.strands.get(lane)?.source !== source || lane !== this.chosen) return
      this.stop()
      this.rested = 0
      this.show()
    }
  }

  private async change(lane: HTMLElement): Promise<void> {
    const wish = this.wishes
    if (!this.strands.has(lane)) await this.joinLater(lane, wish)
    const { context } = this
    if (wish !== this.wishes || context === null) return
    this.choose(lane)
    for (const [each, { gain }] of this.strands) {
      gain.gain.cancelScheduledValues(context.currentTime)
      gain.gain.setTargetAtTime(each === lane ? 1 : 0, context.currentTime, FADE_SECONDS / 3)
    }
  }

  private choose(lane: HTMLElement): void {
    this.chosen = lane
    for (const each of this.lanes) {
      each.dataset['chosen'] = String(each === lane)
      each.querySelector('.choose')?.setAttribute('aria-pressed', String(each === lane))
    }
  }

  private stop(): void {
    this.wishes++
    this.origin = null
    const { context } = this
    if (context === null) return
    for (const { source, gain } of this.strands.values()) {
      gain.gain.cancelScheduledValues(context.currentTime)
      gain.gain.setTargetAtTime(0, context.currentTime, FADE_SECONDS / 3)
      source.stop(context.currentTime + 2 * FADE_SECONDS)
    }
    this.strands.clear()
  }

  private onKey(event: KeyboardEvent): void {
    const { key, target } = event
    if (event.ctrlKey || event.altKey || event.metaKey || !(target instanceof Element)) return
    if (target.closest(TYPED_INTO) !== null) return
    const lane = this.lanes.find(({ dataset }) => dataset['letter'] === key.toUpperCase())
    if (key === ' ' && target.closest('a') === null) {
      event.preventDefault() // also the press of a button: it would start and stop at once
      void this.toggle(event)
    } else if (lane !== undefined && lane !== this.chosen) void this.press(lane, event)
  }

  private follow(): void {
    if (this.origin === null) return
    this.showPlace()
    requestAnimationFrame(() => this.follow())
  }

  private show(): void {
    const isPlaying = this.origin !== null
    this.dataset['state'] = isPlaying ? 'playing' : 'paused'
    const words = isPlaying ? 'Pause' : 'Play the primer and the chosen voice'
    this.querySelector('.play')?.setAttribute('aria-label', words)
    this.showPlace()
  }

  /** The playhead stands in the primer, then over all lanes at once. */
  private showPlace(): void {
    const step = this.seconds * this.rate
    const isInPrimer = step < this.given
    const share = isInPrimer ? step / this.given : (step - this.given) / (this.steps - this.given)
    for (const head of this.heads) {
      head.hidden = step <= 0 || step > this.steps || isInPrimer !== (head.closest('.given-roll') !== null)
      head.style.left = `${100 * share}%`
    }
  }

  private say(text: string): void {
    const status = this.querySelector('.status')
    if (status) status.textContent = text
  }
}

/** Whether the reader asked to save data, where the browser tells. */
function savesData(): boolean {
  const connection: unknown = 'connection' in navigator ? navigator.connection : null
  const saves = typeof connection === 'object' && connection !== null && 'saveData' in connection && connection.saveData
  return saves === true || matchMedia('(prefers-reduced-data: reduce)').matches
}

customElements.define('lane-score', LaneScore)
