import { isBlackKey, pitchName } from '../../../../src/melody/pitchName.ts'
import { type Colour, colours } from './chartColours.ts'
import { type MetreBeats, stepsPerBarOf } from './metre.ts'
import type { StepNote } from './recorder.ts'
import type { Side } from './sound.ts'
import { elementIn } from '../elementIn.ts'
import { penOf } from '../penOf.ts'

/** What a roll shows: a call and its reply on one line of time. */
export interface RollPicture {
  readonly notes: readonly (StepNote & { readonly side: Side })[]
  readonly metre: MetreBeats
  readonly steps: number
  /** Where the reply's half begins. */
  readonly callSteps: number
  readonly cursor: { readonly step: number; readonly pitch: number } | null
}

const GUTTER = 30
const TOP = 16
/** Pitches that are always shown: two octaves from G3 on. */
const [LOWEST, HIGHEST] = [55, 79]

/** The piano roll of the instrument, drawn to fit its element; the page says the same in words. */
export class Roll {
  private readonly canvas: HTMLCanvasElement
  private readonly line: HTMLElement
  private picture: RollPicture
  private low = LOWEST
  private high = HIGHEST
  private waiting = 0

  constructor(root: HTMLElement, picture: RollPicture) {
    this.canvas = elementIn<HTMLCanvasElement>(root, 'canvas')
    this.line = elementIn(root, '.line')
    this.picture = picture
    new ResizeObserver(() => this.redraw()).observe(root)
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.redraw())
    new MutationObserver(() => this.redraw()).observe(document.documentElement, { attributes: true })
  }

  show(picture: RollPicture): void {
    this.picture = picture
    const pitches = [...picture.notes, ...(picture.cursor === null ? [] : [picture.cursor])].map(({ pitch }) => pitch)
    this.low = Math.min(LOWEST, ...pitches.map((pitch) => pitch - 1))
    this.high = Math.max(HIGHEST, ...pitches.map((pitch) => pitch + 1))
    this.redraw()
  }

  /** Puts the playing line at a place in steps; null takes it away. */
  playhead(position: number | null): void {
    const isShown = position !== null && position >= 0 && position <= this.picture.steps
    this.line.hidden = !isShown
    if (isShown) this.line.style.transform = `translateX(${GUTTER + position * this.cell}px)`
  }

  /** The step and pitch under a point of the window; null outside the rows. */
  placeAt(x: number, y: number): { step: number; pitch: number } | null {
    const box = this.canvas.getBoundingClientRect()
    const step = Math.floor((x - box.left - GUTTER) / this.cell)
    const pitch = this.high - Math.floor((y - box.top - TOP) / this.row)
    const isInside = step >= 0 && step < this.picture.steps && pitch >= this.low && pitch <= this.high
    return isInside ? { step, pitch } : null
  }

  private get cell(): number {
    return (this.canvas.clientWidth - GUTTER) / this.picture.steps
  }

  private get row(): number {
    return (this.canvas.clientHeight - TOP) / (this.high - this.low + 1)
  }

  private redraw(): void {
    if (this.waiting !== 0) return
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0
      this.draw()
    })
  }

  private prepare(): CanvasRenderingContext2D {
    const { canvas } = this
    const ratio = Math.min(3, devicePixelRatio || 1)
    const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)]
    if (canvas.width !== width) canvas.width = width
    if (canvas.height !== height) canvas.height = height
    const pen = penOf(canvas)
    pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    pen.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight)
    pen.font = '11px system-ui, sans-serif'
    pen.textBaseline = 'middle'
    return pen
  }

  private draw(): void {
    const pen = this.prepare()
    const { picture, cell, row, high } = this
    const colour = colours(this.canvas)
    const x = (step: number): number => GUTTER + step * cell
    const y = (pitch: number): number => TOP + (high - pitch) * row
    this.drawGround(pen, colour, { x, y })
    for (const { side, pitch, startStep, endStep } of picture.notes) {
      pen.fillStyle = colour(side === 'you' ? 'second' : 'first')
      pen.beginPath()
      pen.roundRect(
        x(startStep) + 0.5,
        y(pitch) + 0.5,
        Math.max(3, (endStep - startStep) * cell - 1),
        Math.max(4, row - 1),
        2,
      )
      pen.fill()
    }
    if (picture.cursor === null) return
    pen.strokeStyle = colour('ink')
    pen.lineWidth = 2
    pen.strokeRect(x(picture.cursor.step) + 1, y(picture.cursor.pitch), Math.max(4, cell - 1), Math.max(4, row))
  }

  private drawGround(pen: CanvasRenderingContext2D, colour: Colour, { x, y }: Places): void {
    const { steps, callSteps, metre } = this.picture
    const { clientWidth, clientHeight } = this.canvas
    pen.fillStyle = colour('shade')
    for (let pitch = this.low; pitch <= this.high; pitch++)
      if (isBlackKey(pitch)) pen.fillRect(GUTTER, y(pitch), clientWidth, this.row)
    for (let step = 0; step <= steps; step += metre.stepsPerBeat) {
      const isBar = step % stepsPerBarOf(metre) === 0
      pen.fillStyle = colour(isBar ? 'muted' : 'grid')
      pen.fillRect(x(step), TOP, step === callSteps ? 2 : 1, clientHeight)
    }
    pen.fillStyle = colour('muted')
    pen.fillText('You', GUTTER + 4, 8)
    if (callSteps < steps) pen.fillText('Reply', x(callSteps) + 4, 8)
    for (let pitch = this.low; pitch <= this.high; pitch++)
      if (pitch % 12 === 0) pen.fillText(pitchName(pitch), 4, y(pitch) + this.row / 2)
  }
}

interface Places {
  readonly x: (step: number) => number
  readonly y: (pitch: number) => number
}
