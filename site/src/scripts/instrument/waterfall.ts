import { isBlackKey, pitchName } from '../../../../src/melody/pitchName.ts'
import { colours } from './chartColours.ts'
import type { StepNote } from './recorder.ts'
import type { Side } from './sound.ts'

/** What a waterfall shows: two lines on both sides of now. */
export interface WaterfallPicture {
  readonly notes: Readonly<Record<Side, readonly StepNote[]>>
  /** Notes of the performer that are still to come, where they are known. */
  readonly coming: readonly Pick<StepNote, 'pitch' | 'startStep' | 'endStep'>[]
  /** What the partner may play next, and how likely. */
  readonly next: readonly { readonly pitch: number; readonly share: number }[]
  /** Now, in steps. */
  readonly position: number
  readonly stepsPerBar: number
}

/** Nothing is played yet. */
export const NO_WATERFALL: WaterfallPicture = {
  ...{ notes: { you: [], partner: [] }, coming: [], next: [], position: 0, stepsPerBar: 16 },
}

const GUTTER = 30
/** Share of the width that the past takes. */
const PAST = 0.72
/** Steps that are seen at once. */
const STEPS = 64
const [LOWEST, HIGHEST] = [48, 79]

/** Both lines of a duet flow from right to left past a line that is now; what is still to come is drawn hollow. */
export class Waterfall {
  private readonly canvas: HTMLCanvasElement
  private picture = NO_WATERFALL

  constructor(root: HTMLElement) {
    const canvas = root.querySelector('canvas')
    if (canvas === null) throw new Error('a waterfall has no canvas')
    this.canvas = canvas
    new ResizeObserver(() => this.draw()).observe(root)
    new MutationObserver(() => this.draw()).observe(document.documentElement, { attributes: true })
  }

  show(picture: WaterfallPicture): void {
    this.picture = picture
    this.draw()
  }

  private draw(): void {
    const { canvas, picture } = this
    const pen = canvas.getContext('2d')
    if (pen === null) return
    const ratio = Math.min(3, devicePixelRatio || 1)
    const [width, height] = [canvas.clientWidth, canvas.clientHeight]
    canvas.width = Math.round(width * ratio)
    canvas.height = Math.round(height * ratio)
    pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    pen.font = '11px system-ui, sans-serif'
    pen.textBaseline = 'middle'
    const colour = colours(canvas)
    const cell = (width - GUTTER) / STEPS
    const now = GUTTER + PAST * (width - GUTTER)
    const x = (step: number): number => now + (step - picture.position) * cell
    const first = picture.position - PAST * STEPS
    const seen = (['you', 'partner'] as const).map((side) =>
      picture.notes[side].filter(({ endStep }) => endStep > first),
    )
    const pitches = [...seen.flat(), ...picture.coming].map(({ pitch }) => pitch)
    const low = Math.min(LOWEST, ...pitches.map((pitch) => pitch - 1))
    const high = Math.max(HIGHEST, ...pitches.map((pitch) => pitch + 1))
    const row = height / (high - low + 1)
    const y = (pitch: number): number => (high - pitch) * row
    pen.fillStyle = colour('shade')
    for (let pitch = low; pitch <= high; pitch++) if (isBlackKey(pitch)) pen.fillRect(GUTTER, y(pitch), width, row)
    pen.fillStyle = colour('grid')
    for (let bar = Math.ceil(first / picture.stepsPerBar); bar * picture.stepsPerBar < first + STEPS; bar++)
      pen.fillRect(x(bar * picture.stepsPerBar), 0, 1, height)
    const box = ({ pitch, startStep, endStep }: Pick<StepNote, 'pitch' | 'startStep' | 'endStep'>) => {
      const from = Math.max(GUTTER, x(startStep))
      return [from, y(pitch) + 0.5, Math.max(3, x(endStep) - from - 1), Math.max(4, row - 1)] as const
    }
    for (const [n, notes] of seen.entries()) {
      pen.fillStyle = colour(n === 0 ? 'second' : 'first')
      for (const note of notes) pen.fillRect(...box({ ...note, endStep: Math.min(note.endStep, picture.position) }))
    }
    pen.strokeStyle = colour('second')
    for (const note of picture.coming) pen.strokeRect(...box(note))
    pen.fillStyle = colour('first')
    for (const { pitch, share } of picture.next) {
      pen.globalAlpha = Math.min(1, 0.15 + share)
      pen.fillRect(now + 2, y(pitch) + 0.5, 2 * cell, Math.max(4, row - 1))
    }
    pen.globalAlpha = 1
    pen.fillStyle = colour('ink')
    pen.fillRect(now, 0, 1.5, height)
    pen.fillStyle = colour('muted')
    for (let pitch = low; pitch <= high; pitch++)
      if (pitch % 12 === 0) pen.fillText(pitchName(pitch), 4, y(pitch) + row / 2)
  }
}
