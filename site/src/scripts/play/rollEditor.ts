import { MAX_PITCH } from '../../../../src/melody/melody.ts'
import { PIANO_KEYS } from '../instrument/computerKeys.ts'

/** What a person does to the primer in the roll, whatever the device. */
interface RollActions {
  readonly placeAt: (x: number, y: number) => { step: number; pitch: number } | null
  /** A press at a place; true when a note was begun there that a drag may lengthen. */
  readonly press: (step: number, pitch: number) => boolean
  /** The note that was begun lasts up to this step. */
  readonly drag: (step: number) => void
  readonly move: (steps: number, halfTones: number) => void
  readonly goTo: (end: 'start' | 'end') => void
  readonly set: () => void
  readonly remove: (backwards: boolean) => void
  /** A key of a keyboard is struck: a note at the cursor. */
  readonly strike: (pitch: number) => void
  readonly rest: () => void
  readonly chooseLength: (number: number) => void
  readonly playOrStop: () => void
}

const MIDDLE_C = 60

/** Lets the roll be edited with a mouse, a pen, a finger and the computer's keyboard. */
export function editRoll(roll: HTMLElement, actions: RollActions): void {
  byPointer(roll, actions)
  byKeyboard(roll, actions)
}

function byPointer(roll: HTMLElement, actions: RollActions): void {
  let isDrawing = false
  let touched: { x: number; y: number } | null = null
  roll.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return
    // A finger may be about to scroll: its tap counts when it is lifted.
    if (event.pointerType === 'touch') {
      touched = { x: event.clientX, y: event.clientY }
      return
    }
    const place = actions.placeAt(event.clientX, event.clientY)
    if (place === null) return
    isDrawing = actions.press(place.step, place.pitch)
    if (isDrawing) roll.setPointerCapture(event.pointerId)
  })
  roll.addEventListener('pointermove', (event) => {
    const place = isDrawing ? actions.placeAt(event.clientX, event.clientY) : null
    if (place !== null) actions.drag(place.step)
  })
  roll.addEventListener('pointerup', ({ clientX, clientY }) => {
    isDrawing = false
    const place = touched === null ? null : actions.placeAt(clientX, clientY)
    touched = null
    if (place !== null) actions.press(place.step, place.pitch)
  })
  roll.addEventListener('pointercancel', () => {
    isDrawing = false
    touched = null
  })
}

function byKeyboard(roll: HTMLElement, actions: RollActions): void {
  let base = MIDDLE_C
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => actions.move(-1, 0),
    ArrowRight: () => actions.move(1, 0),
    ArrowUp: () => actions.move(0, 1),
    ArrowDown: () => actions.move(0, -1),
    PageUp: () => actions.move(0, 12),
    PageDown: () => actions.move(0, -12),
    Home: () => actions.goTo('start'),
    End: () => actions.goTo('end'),
    Enter: () => actions.set(),
    Delete: () => actions.remove(false),
    Backspace: () => actions.remove(true),
    '.': () => actions.rest(),
    ' ': () => actions.playOrStop(),
  }
  roll.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const act = keys[event.key] ?? byPlace(event)
    if (act === undefined) return
    event.preventDefault()
    act()
  })
  const byPlace = ({ code, key, repeat }: KeyboardEvent): (() => void) | undefined => {
    const offset = PIANO_KEYS[code]
    if (offset !== undefined) return () => !repeat && base + offset <= MAX_PITCH && actions.strike(base + offset)
    if (code === 'KeyZ') return () => (base = Math.max(0, base - 12))
    if (code === 'KeyX') return () => (base = Math.min(MAX_PITCH - 15, base + 12))
    return /^[1-7]$/.test(key) ? () => actions.chooseLength(Number(key)) : undefined
  }
}
