import { type Colour, colours } from '../instrument/chartColours.ts'
import { isBlackKey, pitchName } from '../../../../src/melody/pitchName.ts'
import { EXPECTED_EVENTS, expectedIndex } from '../../../../src/generation/expectedEvents.ts'
import { MAX_PITCH, type MelodyNote, NO_EVENT, NOTE_OFF, STEPS_PER_BAR } from '../../../../src/melody/melody.ts'
import { STEPS_PER_QUARTER } from './primerText.ts'
import { itemAt } from '../../../../src/support/itemAt.ts'
import { elementIn } from '../elementIn.ts'
import { penOf } from '../penOf.ts'

/** What the stage shows. */
interface Picture {
  /** Notes of the primer. */
  readonly given: readonly MelodyNote[]
  /** Notes the model made. */
  readonly made: readonly MelodyNote[]
  /** Events of the whole melody, for what was taken at each step; empty where nothing was made. */
  readonly events: readonly number[]
  /** `EXPECTED_EVENTS` probabilities a step. */
  readonly expected: readonly Float32Array[]
  /** Steps of the time line. */
  readonly steps: number
  readonly cursor: { readonly step: number; readonly pitch: number }
}

/** Width of the pitches' names, in pixels. */
const GUTTER = 44
const BAR_NUMBERS = 18
const ROW = 11
const HEAT_ROW = 6
/** Height of the rows of events without a pitch. */
const SPECIAL_ROW = 13
const SPECIAL_GAP = 6
/** Widths of a step to choose from; at first the time line fills the stage, within bounds. */
const CELLS = [5, 7, 10, 14, 20, 28]
const [NARROWEST, WIDEST] = [7, 14]
/** Rows at least: three octaves. */
const ROWS = 37
const LOWEST_SHOWN = 48

/** The piano roll and, below it, the picture of what the model expected, on one time line that scrolls. */
export class Stage {
  private readonly scroller: HTMLElement
  private readonly width: HTMLElement
  private readonly view: HTMLElement
  private readonly roll: HTMLCanvasElement
  private readonly heat: HTMLCanvasElement
  private readonly line: HTMLElement
  private picture: Picture
  private low = LOWEST_SHOWN
  private high = LOWEST_SHOWN + ROWS - 1
  /** Width of a step as a person chose it. */
  private chosenCell: number | null = null
  private waiting = 0

  constructor(root: HTMLElement, picture: Picture) {
    const find = <T extends HTMLElement>(selector: string): T => elementIn<T>(root, selector)
    this.scroller = find('.stage')
    this.width = find('.stage-width')
    this.view = find('.stage-view')
    this.roll = find('.roll-canvas')
    this.heat = find('.heat-canvas')
    this.line = find('.line')
    this.picture = picture
    this.scroller.addEventListener('scroll', () => this.redraw(), { passive: true })
    new ResizeObserver(() => this.redraw()).observe(this.scroller)
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.redraw())
    new MutationObserver(() => this.redraw()).observe(document.documentElement, { attributes: true })
  }

  /** Shows a picture at the next frame; rows are added where its notes need them. */
  show(picture: Picture): void {
    this.picture = picture
    const pitches = [...picture.given, ...picture.made].map(({ pitch }) => pitch)
    this.include(Math.min(...pitches, this.high), Math.max(...pitches, this.low))
    this.redraw()
  }

  /** Makes room for pitches, and a little above and below them. */
  include(lowest: number, highest: number): void {
    if (lowest < this.low) this.low = Math.max(0, lowest - 2)
    if (highest > this.high) this.high = Math.min(MAX_PITCH, highest + 2)
  }

  /** Moves the rows shown by an octave; false at the end of the range. */
  shift(octaves: 1 | -1): boolean {
    const amount = 12 * octaves
    if (this.low + amount < 0 || this.high + amount > MAX_PITCH) return false
    this.low += amount
    this.high += amount
    this.redraw()
    return true
  }

  zoom(direction: 1 | -1): void {
    const next = direction > 0 ? CELLS.find((size) => size > this.cell) : CELLS.findLast((size) => size < this.cell)
    const middle = (this.scroller.scrollLeft + this.scroller.clientWidth / 2) / this.cell
    this.chosenCell = next ?? this.cell
    this.resize()
    this.scroller.scrollLeft = middle * this.cell - this.scroller.clientWidth / 2
    this.redraw()
  }

  /** The step and pitch under a point of the window; null outside the rows. */
  placeAt(x: number, y: number): { step: number; pitch: number } | null {
    const box = this.roll.getBoundingClientRect()
    const step = Math.floor((x - box.left - GUTTER + this.scroller.scrollLeft) / this.cell)
    const pitch = this.high - Math.floor((y - box.top - BAR_NUMBERS) / ROW)
    return x - box.left < GUTTER || step < 0 || pitch < this.low || pitch > this.high ? null : { step, pitch }
  }

  /** The step under a point of the lower picture. */
  stepAt(x: number): number {
    const box = this.heat.getBoundingClientRect()
    return Math.floor((x - box.left - GUTTER + this.scroller.scrollLeft) / this.cell)
  }

  /** Puts the playing line at a place in steps, and keeps it in sight; null takes it away. */
  playhead(position: number | null): void {
    this.line.hidden = position === null
    if (position === null) return
    const x = GUTTER + position * this.cell
    const { scrollLeft, clientWidth } = this.scroller
    if (x - scrollLeft > clientWidth * 0.9 || x - scrollLeft < GUTTER) this.scroller.scrollLeft = x - clientWidth * 0.15
    const at = x - this.scroller.scrollLeft
    this.line.style.transform = `translateX(${Math.round(at)}px)`
    this.line.style.visibility = at < GUTTER ? 'hidden' : 'visible'
  }

  /** Scrolls so that a step can be seen. */
  reveal(step: number): void {
    const x = GUTTER + step * this.cell
    const { scrollLeft, clientWidth } = this.scroller
    if (x < scrollLeft + GUTTER || x + this.cell > scrollLeft + clientWidth)
      this.scroller.scrollLeft = x - clientWidth / 2
  }

  describe(text: string): void {
    this.heat.setAttribute('aria-label', text)
  }

  private redraw(): void {
    if (this.waiting !== 0) return
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0
      this.resize()
      this.drawRoll()
      this.drawHeat()
    })
  }

  private resize(): void {
    this.width.style.width = `${GUTTER + this.picture.steps * this.cell + 8}px`
    this.width.style.minWidth = '100%'
    this.view.style.width = `${this.scroller.clientWidth}px`
  }

  private get cell(): number {
    if (this.chosenCell !== null) return this.chosenCell
    const room = this.scroller.clientWidth - GUTTER - 8
    const least = room < 600 ? 10 : NARROWEST // a finger needs more
    return Math.min(WIDEST, Math.max(least, Math.floor((room / this.picture.steps) * 4) / 4))
  }

  private get rows(): number {
    return this.high - this.low + 1
  }

  /** A canvas of a height, ready to draw on in CSS pixels, and what of the time line is in sight. */
  private prepare(canvas: HTMLCanvasElement, height: number) {
    const width = this.scroller.clientWidth
    const ratio = Math.min(3, devicePixelRatio || 1)
    const [pixelWidth, pixelHeight] = [Math.round(width * ratio), Math.round(height * ratio)]
    if (canvas.width !== pixelWidth || canvas.height !== pixelHeight) {
      canvas.width = pixelWidth
      canvas.height = pixelHeight
      canvas.style.width = `${width}px`
      canvas.style.height = `${height}px`
    }
    const pen = penOf(canvas)
    pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    pen.clearRect(0, 0, width, height)
    pen.font = '11px system-ui, sans-serif'
    pen.textBaseline = 'middle'
    const left = this.scroller.scrollLeft
    const first = Math.max(0, Math.floor((left - GUTTER) / this.cell))
    const last = Math.min(this.picture.steps, Math.ceil((left + width - GUTTER) / this.cell))
    const x = (step: number): number => GUTTER + step * this.cell - left
    return { pen, width, first, last, x }
  }

  private drawRoll(): void {
    const { picture, cell, high, rows } = this
    const height = BAR_NUMBERS + rows * ROW + 4
    const { pen, width, first, last, x } = this.prepare(this.roll, height)
    const colour = colours(this.roll)
    const y = (pitch: number): number => BAR_NUMBERS + (high - pitch) * ROW
    this.drawRows(pen, y, ROW, x(picture.steps), colour)
    this.drawBars(pen, { first, last, x, height, numbers: true, colour })
    for (const [notes, fill] of [
      [picture.given, colour('second')],
      [picture.made, colour('first')],
    ] as const) {
      pen.fillStyle = fill
      for (const { pitch, startStep, endStep } of notes) {
        if (endStep < first || startStep > last) continue
        pen.beginPath()
        pen.roundRect(x(startStep) + 0.5, y(pitch) + 1, Math.max(2, (endStep - startStep) * cell - 1), ROW - 2, 2)
        pen.fill()
      }
    }
    pen.strokeStyle = colour('ink')
    pen.lineWidth = 2
    pen.strokeRect(x(picture.cursor.step) + 1, y(picture.cursor.pitch) + 0.5, Math.max(4, cell - 1), ROW - 1)
    this.drawGutter(pen, height, colour, y, ROW)
    pen.clearRect(width, 0, 1, height)
  }

  private drawHeat(): void {
    const { picture, cell, high, rows } = this
    const pitchesEnd = rows * HEAT_ROW
    const height = pitchesEnd + SPECIAL_GAP + 2 * SPECIAL_ROW + 8
    const { pen, first, last, x } = this.prepare(this.heat, height)
    const colour = colours(this.heat)
    const y = (event: number): number => {
      if (event === NO_EVENT) return pitchesEnd + SPECIAL_GAP
      return event === NOTE_OFF ? pitchesEnd + SPECIAL_GAP + SPECIAL_ROW : (high - event) * HEAT_ROW
    }
    const rowHeight = (event: number): number => (event < 0 ? SPECIAL_ROW - 1 : HEAT_ROW)
    this.drawRows(pen, y, HEAT_ROW, x(picture.steps), colour)
    this.drawBars(pen, { first, last, x, height, numbers: false, colour })
    pen.fillStyle = colour('first')
    const shown = [NO_EVENT, NOTE_OFF, ...Array.from({ length: rows }, (_, n) => this.low + n)]
    for (let step = first; step < Math.min(last, picture.expected.length); step++) {
      const row = picture.expected[step]
      if (row?.length !== EXPECTED_EVENTS) continue
      for (const event of shown) {
        const share = itemAt(row, expectedIndex(event))
        if (share < 0.002) continue
        pen.globalAlpha = Math.sqrt(share) // so that one in a hundred can be seen
        pen.fillRect(x(step), y(event), cell, rowHeight(event))
      }
    }
    pen.globalAlpha = 1
    pen.fillStyle = colour('ink')
    const dot = Math.min(4, cell * 0.5)
    for (let step = first; step < Math.min(last, picture.expected.length); step++) {
      const event = picture.events[step]
      if (event !== undefined && (event < 0 || (event >= this.low && event <= high)))
        pen.fillRect(x(step) + (cell - dot) / 2, y(event) + (rowHeight(event) - dot) / 2, dot, dot)
    }
    pen.strokeStyle = colour('muted')
    pen.lineWidth = 1
    pen.strokeRect(x(picture.cursor.step) + 0.5, 0.5, cell, height - 8)
    this.drawGutter(pen, height, colour, y, HEAT_ROW)
    pen.fillStyle = colour('muted')
    pen.fillText('hold', 6, y(NO_EVENT) + SPECIAL_ROW / 2)
    pen.fillText('off', 6, y(NOTE_OFF) + SPECIAL_ROW / 2)
  }

  private drawRows(pen: Pen, y: (pitch: number) => number, height: number, end: number, colour: Colour): void {
    pen.fillStyle = colour('shade')
    for (let pitch = this.low; pitch <= this.high; pitch++) {
      if (isBlackKey(pitch)) pen.fillRect(GUTTER, y(pitch), Math.max(0, end - GUTTER), height)
    }
  }

  private drawBars(pen: Pen, { first, last, x, height, numbers, colour }: Bars): void {
    for (let step = first; step <= last; step++) {
      if (step % STEPS_PER_QUARTER !== 0) continue
      const isBar = step % STEPS_PER_BAR === 0
      pen.fillStyle = colour(isBar ? 'muted' : 'grid')
      pen.fillRect(x(step), numbers ? BAR_NUMBERS : 0, 1, height)
      if (numbers && isBar && step < this.picture.steps) pen.fillText(String(step / STEPS_PER_BAR + 1), x(step) + 4, 10)
    }
  }

  /** The names of the pitches C, over what scrolls. */
  private drawGutter(pen: Pen, height: number, colour: Colour, y: (pitch: number) => number, row: number): void {
    pen.clearRect(0, 0, GUTTER - 1, height)
    pen.fillStyle = colour('muted')
    for (let pitch = this.low; pitch <= this.high; pitch++) {
      if (pitch % 12 === 0 && y(pitch) + row / 2 > 5) pen.fillText(pitchName(pitch), 14, y(pitch) + row / 2)
    }
  }
}

type Pen = CanvasRenderingContext2D
interface Bars {
  readonly first: number
  readonly last: number
  readonly x: (step: number) => number
  readonly height: number
  readonly numbers: boolean
  readonly colour: Colour
}
