import { isBlackKey, pitchName } from '../../../../src/melody/pitchName.ts'
import type { KeyChange } from './midiMessage.ts'
import { elementOf } from '../elementIn.ts'

/** What the keys do. */
interface KeyboardActions {
  readonly take: (change: KeyChange, timeStamp: number) => void
}

const KEY_VELOCITY = 80
/** Struck at its top, and at its bottom. */
const [SOFTEST, LOUDEST] = [55, 105]

/** Keys on the page, to be tapped with fingers, a mouse or the arrow keys: a piano's, or those of a mode alone. */
export class Keyboard {
  private readonly root: HTMLElement
  private readonly actions: KeyboardActions
  private readonly pointers = new Map<number, number>()
  private focused = 60

  constructor(root: HTMLElement, actions: KeyboardActions) {
    this.root = root
    this.actions = actions
    this.listenToPointers()
    this.listenToKeys()
  }

  /**
   * Shows keys.
   * @param letters what the computer's keyboard calls a pitch.
   * @param isPads whether black and white keys look the same.
   */
  show(
    pitches: readonly number[],
    { letters, isPads }: { letters: ReadonlyMap<number, string>; isPads: boolean },
  ): void {
    if (!pitches.includes(this.focused)) this.focused = pitches[0] ?? 60
    this.root.classList.toggle('pads', isPads)
    this.root.replaceChildren(
      ...pitches.map((pitch) => {
        const key = document.createElement('button')
        key.type = 'button'
        key.dataset['pitch'] = String(pitch)
        key.className = !isPads && isBlackKey(pitch) ? 'key black' : 'key'
        key.tabIndex = pitch === this.focused ? 0 : -1
        key.setAttribute('aria-label', pitchName(pitch))
        const label = document.createElement('span')
        label.textContent = letters.get(pitch) ?? (isPads ? pitchName(pitch) : '')
        label.setAttribute('aria-hidden', 'true') // the key has its name
        key.append(label)
        return key
      }),
    )
  }

  /** Marks the keys that sound. */
  light(pitches: readonly number[]): void {
    for (const key of this.root.querySelectorAll<HTMLElement>('.key'))
      key.classList.toggle('down', pitches.includes(Number(key.dataset['pitch'])))
  }

  private listenToPointers(): void {
    this.root.addEventListener('pointerdown', (event) => {
      const key = elementOf(event, '.key')
      if (key === null || event.button !== 0) return
      event.preventDefault()
      const pitch = Number(key.dataset['pitch'])
      const box = key.getBoundingClientRect()
      const depth = (event.clientY - box.top) / box.height
      this.focus(key)
      this.pointers.set(event.pointerId, pitch)
      this.actions.take(
        { kind: 'strike', pitch, velocity: Math.round(SOFTEST + depth * (LOUDEST - SOFTEST)) },
        event.timeStamp,
      )
    })
    for (const end of ['pointerup', 'pointercancel'] as const)
      addEventListener(end, (event) => {
        const pitch = this.pointers.get(event.pointerId)
        if (pitch === undefined) return
        this.pointers.delete(event.pointerId)
        this.actions.take({ kind: 'release', pitch }, event.timeStamp)
      })
    this.root.addEventListener('contextmenu', (event) => event.preventDefault()) // a long touch
  }

  private listenToKeys(): void {
    let down: number | null = null
    this.root.addEventListener('keydown', (event) => {
      const key = elementOf(event, '.key')
      if (key === null) return
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
      if (step !== undefined) {
        event.preventDefault()
        const next = step > 0 ? key.nextElementSibling : key.previousElementSibling
        if (next instanceof HTMLElement) this.focus(next)
      }
      if (event.key !== 'Enter' && event.key !== ' ') return
      event.preventDefault()
      if (event.repeat) return
      down = Number(key.dataset['pitch'])
      this.actions.take({ kind: 'strike', pitch: down, velocity: KEY_VELOCITY }, event.timeStamp)
    })
    this.root.addEventListener('keyup', (event) => {
      if (down === null || (event.key !== 'Enter' && event.key !== ' ')) return
      this.actions.take({ kind: 'release', pitch: down }, event.timeStamp)
      down = null
    })
  }

  private focus(key: HTMLElement): void {
    for (const other of this.root.querySelectorAll<HTMLElement>('.key')) other.tabIndex = other === key ? 0 : -1
    this.focused = Number(key.dataset['pitch'])
    key.focus({ preventScroll: true })
  }
}
