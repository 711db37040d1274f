import { SoundError, soundOf } from './sounds.ts'
import { SoundHeldBackError, Transport } from './transport.ts'
import { elementIn } from '../elementIn.ts'

const FILTERS = ['primer', 'iteration', 'number'] as const
/** Elements that have a use of their own for what is typed. */
const TYPED_INTO = 'textarea, select, [contenteditable], input:not([type=range], [type=checkbox], [type=radio])'
const PRESSED_BY_SPACE = 'button, summary, [type=checkbox], [type=radio]'
const CHOSEN = '.models [aria-pressed=true]'
const MOVED_BY_ARROWS = '[type=range], [type=radio], .table'

/**
 * The melodies of a page and one player for all of them. A row holds the same primer and number by each iteration: changing
 * the iteration while a melody sounds continues at the same place in the other one. Everything has a key.
 */
class MelodyBoard extends HTMLElement {
  private readonly cells = [...this.querySelectorAll<HTMLElement>('.cell')]
  private readonly transport = new Transport(() => this.show())
  private readonly line = document.createElement('div')
  private current: HTMLElement | undefined
  /** Counts what was asked for, so that a sound that comes late does not play over a newer wish. */
  private wishes = 0

  connectedCallback(): void {
    this.line.className = 'playhead'
    for (const cell of this.cells) this.listenTo(cell)
    this.bar('.toggle').addEventListener('click', (event) => void this.toggle(event))
    for (const button of this.querySelectorAll<HTMLElement>('.models button'))
      button.addEventListener('click', (event) => void this.change(button.dataset['letter'] ?? '', event))
    const seek = this.bar<HTMLInputElement>('.seek')
    seek.addEventListener('input', () => void this.seekTo(Number(seek.value)))
    document.addEventListener('keydown', (event) => this.onKey(event))
    this.readFilters()
    this.querySelector('.filters')?.addEventListener('change', () => this.filter(true))
    this.filter(false)
    const wanted = this.cells.find(({ id }) => `#${id}` === location.hash)
    this.select(wanted ?? this.visible()[0])
    const step = stepOfBar(new URLSearchParams(location.search).get('bar'), this.current)
    if (step > 0) void this.seekTo(step)
    for (const link of this.querySelectorAll<HTMLElement>('.bar-link')) this.listenToBar(link)
  }

  /** A bar that a reading names sounds when it is pressed; opened elsewhere, the link leads to the same bar. */
  private listenToBar(link: HTMLElement): void {
    link.addEventListener('click', (event) => {
      const cell = this.cells.find(({ id }) => link.getAttribute('href')?.endsWith(`#${id}`))
      if (cell === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return
      event.preventDefault()
      void this.play(cell, stepOfBar(link.dataset['bar'] ?? null, cell) / rateOf(cell), event)
    })
  }

  private bar<E extends HTMLElement = HTMLElement>(name: string): E {
    return elementIn<E>(this, `.bar ${name}`)
  }

  private listenTo(cell: HTMLElement): void {
    const prepare = (): void => void this.soundOf(cell).catch(() => {}) // said when it is to be played
    for (const type of ['pointerenter', 'touchstart', 'focusin'])
      cell.addEventListener(type, prepare, { passive: true })
    cell.querySelector('.play')?.addEventListener('click', (event) => {
      if (cell === this.current) void this.toggle(event)
      else void this.play(cell, 0, event)
    })
    const track = cell.querySelector<HTMLElement>('.track')
    track?.addEventListener('click', (event) => {
      const { left, width } = track.getBoundingClientRect()
      const step = Math.max(0, (event.clientX - left) / width) * Number(cell.dataset['steps'])
      void this.play(cell, step / rateOf(cell), event)
    })
  }

  private soundOf(cell: HTMLElement): ReturnType<typeof soundOf> {
    return soundOf(cell.dataset['sound'] ?? '', Number(cell.dataset['firstStep']) / rateOf(cell))
  }

  private async toggle(event: Event): Promise<void> {
    if (this.current === undefined) return
    if (!this.transport.isPlaying) return this.play(this.current, this.transport.seconds, event)
    this.wishes++
    this.transport.pause()
    this.show()
  }

  private async play(cell: HTMLElement, from: number, event: Event): Promise<void> {
    const wish = ++this.wishes
    this.transport.pause()
    await this.transport.seek(from)
    this.select(cell)
    try {
      const sound = await this.soundOf(cell)
      if (wish !== this.wishes) return
      await this.transport.play(sound, from)
      performance.measure('melody-start', { start: event.timeStamp, end: performance.now() })
      this.say('')
    } catch (error) {
      if (wish === this.wishes) this.complain(cell, error)
    }
    this.show()
    this.follow()
    // The others of the row, so that changing to them is at once.
    for (const other of this.row(cell)) if (other !== cell) void this.soundOf(other).catch(() => {})
  }

  /** The same primer and number by another iteration, at the same place; if nothing sounds it is only chosen. */
  private async change(letter: string, event: Event): Promise<void> {
    const other = this.row(this.current).find((cell) => cell.dataset['letter'] === letter)
    if (other === undefined || other === this.current) return
    const wish = ++this.wishes
    if (!this.transport.isPlaying) return this.select(other)
    const sound = this.soundOf(other)
    await sound.catch(() => {})
    // The old one kept playing while the new one was fetched.
    if (wish === this.wishes) await this.play(other, this.transport.seconds, event)
  }

  private async seekTo(step: number): Promise<void> {
    if (this.current === undefined) return
    const steps = Number(this.current.dataset['steps'])
    await this.transport.seek(Math.min(steps, Math.max(0, step)) / rateOf(this.current))
    this.show()
  }

  private move(by: 1 | -1, event: Event): void {
    const all = this.visible().filter((cell) => cell.dataset['letter'] === this.current?.dataset['letter'])
    const next = all[(this.current === undefined ? -1 : all.indexOf(this.current)) + by]
    if (next === undefined) {
      const link = this.querySelector<HTMLAnchorElement>(`a[rel=${by === 1 ? 'next' : 'prev'}]`)
      if (link) location.href = link.href
      return
    }
    next.scrollIntoView({ block: 'nearest' })
    if (this.transport.isPlaying) void this.play(next, 0, event)
    else {
      void this.transport.seek(0)
      this.select(next)
    }
  }

  private onKey(event: KeyboardEvent): void {
    const { key, target } = event
    const isIn = (selector: string): boolean => target instanceof Element && target.closest(selector) !== null
    if (event.ctrlKey || event.altKey || event.metaKey || isIn(TYPED_INTO)) return
    if (this.querySelector<HTMLInputElement>('.use-keys')?.checked === false) return
    const act = this.actionOf(key, event, isIn)
    if (act === undefined) return
    event.preventDefault()
    act()
  }

  private actionOf(key: string, event: KeyboardEvent, isIn: (selector: string) => boolean): (() => void) | undefined {
    const { current } = this
    if (current === undefined) return undefined
    // The button of the chosen iteration has nothing to do when it is pressed again: Space plays and pauses there too.
    if (key === ' ') return isIn(PRESSED_BY_SPACE) && !isIn(CHOSEN) ? undefined : () => void this.toggle(event)
    if (key === 'ArrowLeft' || key === 'ArrowRight') {
      if (isIn(MOVED_BY_ARROWS)) return undefined
      const bar = Number(current.dataset['stepsPerBar'])
      const size = event.shiftKey ? bar / 4 : bar
      const at = (this.transport.seconds * rateOf(current)) / size
      // Back to the beginning of this bar, or, from its first quarter, of the one before.
      const to = key === 'ArrowRight' ? Math.floor(at + 1e-6) + 1 : Math.ceil(at - 0.25) - 1
      return () => void this.seekTo(to * size)
    }
    const letter = key.toUpperCase()
    if (letter === 'J') return () => this.move(1, event)
    if (letter === 'K') return () => this.move(-1, event)
    const place = /^[1-9]$/.test(key) ? String.fromCharCode(64 + Number(key)) : letter
    const known = this.row(current).some((cell) => cell.dataset['letter'] === place)
    return known ? () => void this.change(place, event) : undefined
  }

  /** All cells of one primer and number. */
  private row(cell: HTMLElement | undefined): HTMLElement[] {
    return [...(cell?.closest('.row')?.querySelectorAll<HTMLElement>('.cell') ?? [])]
  }

  private visible(): HTMLElement[] {
    return this.cells.filter((cell) => cell.closest('[hidden]') === null)
  }

  private select(cell: HTMLElement | undefined): void {
    if (cell === undefined) return
    this.current?.classList.remove('current')
    this.current = cell
    cell.classList.add('current')
    // Or Space would start the melody again whose button was pressed before.
    if (document.activeElement?.matches('.cell .play'))
      cell.querySelector<HTMLElement>('.play')?.focus({ preventScroll: true })
    cell.querySelector('.track')?.append(this.line)
    const { title = '', page = '', steps = '' } = cell.dataset
    const link = this.bar<HTMLAnchorElement>('.title')
    link.textContent = `${title}, ${makerOf(cell)}`
    link.href = page
    this.bar<HTMLInputElement>('.seek').max = steps
    const letters = this.row(cell).map(({ dataset }) => dataset['letter'])
    for (const button of this.querySelectorAll<HTMLButtonElement>('.models button')) {
      button.disabled = !letters.includes(button.dataset['letter'])
      button.setAttribute('aria-pressed', String(button.dataset['letter'] === cell.dataset['letter']))
    }
    this.show()
  }

  private follow(): void {
    if (!this.transport.isPlaying) return
    this.showPlace()
    requestAnimationFrame(() => this.follow())
  }

  private show(): void {
    const { isPlaying } = this.transport
    this.dataset['state'] = isPlaying ? 'playing' : 'paused'
    this.bar('.toggle').setAttribute('aria-label', isPlaying ? 'Pause' : 'Play')
    for (const cell of this.cells) {
      const button = cell.querySelector('.play')
      const sounds = isPlaying && cell === this.current
      const label = button?.getAttribute('aria-label')
      if (label) button?.setAttribute('aria-label', label.replace(/^\w+/, sounds ? 'Pause' : 'Play'))
    }
    this.showPlace()
  }

  private showPlace(): void {
    const { current } = this
    if (current === undefined) return
    const [steps, bar] = [Number(current.dataset['steps']), Number(current.dataset['stepsPerBar'])]
    const step = this.transport.seconds * rateOf(current)
    this.line.hidden = step <= 0 || step > steps
    this.line.style.left = `${(100 * Math.min(step, steps)) / steps}%`
    this.keepInSight()
    const seek = this.bar<HTMLInputElement>('.seek')
    const at = Math.min(steps - 1, Math.floor(step))
    seek.value = String(at)
    const text = `bar ${Math.floor(at / bar) + 1} of ${Math.ceil(steps / bar)}`
    if (this.bar('.time').textContent === text) return
    this.bar('.time').textContent = text
    seek.setAttribute('aria-valuetext', text)
  }

  /** Where a roll is wider than the page, it follows what sounds. */
  private keepInSight(): void {
    const box = this.line.closest<HTMLElement>('.scroll')
    if (box === null || this.line.hidden || !this.transport.isPlaying || box.scrollWidth <= box.clientWidth) return
    const x = this.line.getBoundingClientRect().left - box.getBoundingClientRect().left
    if (x < 0 || x > box.clientWidth * 0.9) box.scrollLeft += x - box.clientWidth * 0.2
  }

  private say(text: string): void {
    this.bar('.status').textContent = text
  }

  private complain(cell: HTMLElement, error: unknown): void {
    if (error instanceof SoundHeldBackError) return this.say(error.message)
    const reason = error instanceof SoundError ? error.message : 'this browser blocks sound'
    const what = `${cell.dataset['title']}, ${makerOf(cell)}`
    this.say(
      `${what} cannot be heard here: ${reason}. The browser’s own player is below its notes; its page has the MIDI file.`,
    )
    this.ownPlayer(cell.id)
  }

  /** The browser's own controls under a melody, which may yet play it. */
  private ownPlayer(id: string): void {
    const cell = this.cells.find((each) => each.id === id)
    if (cell === undefined || cell.querySelector('audio') !== null) return
    const audio = document.createElement('audio')
    audio.controls = true
    audio.preload = 'none'
    audio.src = cell.dataset['sound'] ?? ''
    audio.setAttribute('aria-label', `Sound of ${cell.dataset['title']}, ${makerOf(cell)}`)
    cell.append(audio)
  }

  /** What an address asks for: `?primer=bach&iteration=2.1`. */
  private readFilters(): void {
    const asked = new URLSearchParams(location.search)
    for (const name of FILTERS) {
      for (const input of this.querySelectorAll<HTMLInputElement>(`.filters [name=${name}]`))
        if (asked.get(name) === input.value) input.checked = true
    }
  }

  private filter(keepInAddress: boolean): void {
    const form = this.querySelector<HTMLFormElement>('.filters')
    if (!form) return
    const chosen = Object.fromEntries(FILTERS.map((name) => [name, String(new FormData(form).get(name) ?? '')]))
    for (const element of this.querySelectorAll<HTMLElement>('[data-primer], [data-number], .cell')) {
      element.hidden = FILTERS.some((name) => {
        const own = element.dataset[name]
        return own !== undefined && chosen[name] !== '' && own !== chosen[name]
      })
    }
    const count = this.visible().length
    const output = form.querySelector('output')
    if (output) output.textContent = `${count} of ${this.cells.length} melodies`
    if (!keepInAddress) return
    const asked = new URLSearchParams(Object.entries(chosen).filter(([, value]) => value !== ''))
    history.replaceState(null, '', `${location.pathname}${asked.size > 0 ? `?${asked}` : ''}`)
    const { current } = this
    if (!this.transport.isPlaying && current?.closest('[hidden]')) this.select(this.visible()[0])
  }
}

/** Who made a melody: an iteration, unless the cell names somebody else. */
const makerOf = ({ dataset }: HTMLElement): string => dataset['by'] ?? `iteration ${dataset['iteration']}`

/** The first step of a bar of a melody, counted from 1; 0 for a number that it does not have. */
function stepOfBar(text: string | null, cell: HTMLElement | undefined): number {
  const [bar, size, steps] = [Number(text ?? 0), Number(cell?.dataset['stepsPerBar']), Number(cell?.dataset['steps'])]
  const step = (bar - 1) * size
  return Number.isInteger(bar) && step > 0 && step < steps ? step : 0
}

const rateOf = (cell: HTMLElement): number => Number(cell.dataset['stepsPerSecond'])

customElements.define('melody-board', MelodyBoard)
