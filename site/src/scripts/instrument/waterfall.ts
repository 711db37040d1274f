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
    const sheet = { pen, colour: colours(canvas), places: placesOf(picture, width, height) }
    drawGround(sheet, picture)
    drawNotes(sheet, picture)
    drawNow(sheet)
  }
}

/** Where steps and pitches lie on the canvas, in pixels. */
interface Places {
  readonly width: number
  readonly height: number
  /** The first step that is seen. */
  readonly first: number
  readonly now: number
  readonly stepSize: number
  readonly pitchSize: number
  readonly low: number
  readonly high: number
  readonly x: (step: number) => number
  readonly y: (pitch: number) => number
}

function placesOf({ notes, coming, position }: WaterfallPicture, width: number, height: number): Places {
  const first = position - PAST * STEPS
  const seen = [...notes.you, ...notes.partner].filter(({ endStep }) => endStep > first)
  const pitches = [...seen, ...coming].map(({ pitch }) => pitch)
  const low = Math.min(LOWEST, ...pitches.map((pitch) => pitch - 1))
  const high = Math.max(HIGHEST, ...pitches.map((pitch) => pitch + 1))
  const [stepSize, pitchSize] = [(width - GUTTER) / STEPS, height / (high - low + 1)]
  const now = GUTTER + PAST * (width - GUTTER)
  return {
    ...{ width, height, first, now, stepSize, pitchSize, low, high },
    x: (step) => now + (step - position) * stepSize,
    y: (pitch) => (high - pitch) * pitchSize,
  }
}

interface Sheet {
  readonly pen: CanvasRenderingContext2D
  readonly colour: ReturnType<typeof colours>
  readonly places: Places
}

/** The rows of black keys, the bar lines. */
function drawGround({ pen, colour, places }: Sheet, { stepsPerBar }: WaterfallPicture): void {
  const { low, high, first, width, height, pitchSize, x, y } = places
  pen.fillStyle = colour('shade')
  for (let pitch = low; pitch <= high; pitch++) if (isBlackKey(pitch)) pen.fillRect(GUTTER, y(pitch), width, pitchSize)
  pen.fillStyle = colour('grid')
  for (let bar = Math.ceil(first / stepsPerBar); bar * stepsPerBar < first + STEPS; bar++)
    pen.fillRect(x(bar * stepsPerBar), 0, 1, height)
}

/** What was played, what is to come, and what the partner may play next. */
function drawNotes({ pen, colour, places }: Sheet, { notes, coming, next, position }: WaterfallPicture): void {
  const { first, now, stepSize, pitchSize, x, y } = places
  const tall = Math.max(4, pitchSize - 1)
  const box = ({ pitch, startStep, endStep }: Pick<StepNote, 'pitch' | 'startStep' | 'endStep'>) => {
    const from = Math.max(GUTTER, x(startStep))
    return [from, y(pitch) + 0.5, Math.max(3, x(endStep) - from - 1), tall] as const
  }
  for (const [side, name] of [
    ['you', 'second'],
    ['partner', 'first'],
  ] as const) {
    // prettier-ignore
    pen.fillStyle = colour(name)
    for (const note of notes[side].filter(({ endStep }) => endStep > first))
      pen.fillRect(...box({ ...note, endStep: Math.min(note.endStep, position) }))
  }
  pen.strokeStyle = colour('second')
  for (const note of coming) pen.strokeRect(...box(note))
  pen.fillStyle = colour('first')
  for (const { pitch, share } of next) {
    pen.globalAlpha = Math.min(1, 0.15 + share)
    pen.fillRect(now + 2, y(pitch) + 0.5, 2 * stepSize, tall)
  }
  pen.globalAlpha = 1
}

/** The line that is now, and the names of the octaves. */
function drawNow({ pen, colour, places }: Sheet): void {
  const { low, high, now, height, pitchSize, y } = places
  pen.fillStyle = colour('ink')
  pen.fillRect(now, 0, 1.5, height)
  pen.fillStyle = colour('muted')
  for (let pitch = low; pitch <= high; pitch++)
    if (pitch % 12 === 0) pen.fillText(pitchName(pitch), 4, y(pitch) + pitchSize / 2)
}
