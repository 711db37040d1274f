import type { Control } from '../../../../src/results/control.ts'
import { isOneOf, keysOf } from '../../../../src/support/records.ts'
import { type MadeBy, type RewrittenBars, type Turn, turnSteps } from './dialogue.ts'
import { METRES, stepsPerBarOf, TEMPO_RANGE } from './metre.ts'
import { readControl } from './readControl.ts'
import type { StepNote } from './recorder.ts'
import { whole, within } from './within.ts'

/** An address that holds no dialogue of this version; the message says what to do. */
export class ShareError extends Error {
  override readonly name = 'ShareError'
}

/** Version that is written: with controls, the dial and rewritten bars. */
const VERSION = '2'
/** Versions that are read; the first knew no controls. */
const READ: readonly string[] = ['1', VERSION]
/** Bars that an address may hold. */
export const MOST_SHARED_BARS = 32
const MOST_CHARACTERS = 20_000

export const barsOf = (turns: readonly Turn[]): number =>
  turns.reduce((sum, turn) => sum + turnSteps(turn) / stepsPerBarOf(METRES[turn.metre]), 0)

type PackedNote = readonly [start: number, length: number, pitch: number, velocity: number]
type PackedTurn = readonly [
  metre: string,
  beatsPerMinute: number,
  swing: number,
  iteration: string,
  sha256: string,
  temperature: number,
  topP: number,
  seed: number,
  callSteps: number,
  call: readonly PackedNote[],
  reply: readonly PackedNote[],
  more?: PackedMore,
]
type PackedDial = readonly [style: number, iteration: string, sha256: string]
/** How rewritten bars were drawn again. */
type PackedBars = readonly [
  first: number,
  last: number,
  candidates: number,
  iteration: string,
  sha256: string,
  temperature: number,
  topP: number,
  seed: number,
  dial: PackedDial | null,
]
/** What not every turn has. */
interface PackedMore {
  readonly control?: Control
  readonly dial?: PackedDial
  readonly rewritten?: readonly PackedBars[]
}

/**
 * Turns as the part of an address: a version, a full stop, and compressed notes and settings.
 * @throws ShareError for more than 32 bars.
 */
export async function shareText(turns: readonly Turn[]): Promise<string> {
  if (barsOf(turns) > MOST_SHARED_BARS)
    throw new ShareError(
      `A link holds at most ${MOST_SHARED_BARS} bars, and this has ${Math.ceil(barsOf(turns))}: save it as a MIDI file.`,
    )
  const bytes = await through(
    new TextEncoder().encode(JSON.stringify(turns.map(pack))),
    new CompressionStream('deflate-raw'),
  )
  const text = btoa(String.fromCharCode(...bytes))
  return `${VERSION}.${text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`
}

/**
 * The turns of an address.
 * @throws ShareError when it is of another version, damaged, or holds what cannot be played.
 */
export async function readShareText(text: string): Promise<Turn[]> {
  const [version, body = ''] = text.slice(0, MOST_CHARACTERS).split('.')
  if (version === undefined || !READ.includes(version))
    throw new ShareError(
      `The link was written by another version of this page (“${(version ?? '').slice(0, 10)}”, this one reads ${READ.map((each) => `“${each}”`).join(' and ')}): reload the page in case it is an old copy, or ask for the MIDI file instead. You can play at once.`,
    )
  try {
    const bytes = Uint8Array.from(atob(body.replaceAll('-', '+').replaceAll('_', '/')), (each) => each.charCodeAt(0))
    const json = new TextDecoder().decode(await through(bytes, new DecompressionStream('deflate-raw')))
    const turns = (JSON.parse(json) as PackedTurn[]).map(unpack)
    if (turns.length === 0 || barsOf(turns) > MOST_SHARED_BARS) throw new RangeError('too long')
    return turns
  } catch (error) {
    throw new ShareError('The link is damaged, so nothing of it can be shown: copy it again. You can play at once.', {
      cause: error,
    })
  }
}

const packNote = ({ startStep, endStep, pitch, velocity }: StepNote): PackedNote => [
  ...([startStep, endStep - startStep, pitch, velocity] as const),
]

const pack = (turn: Turn): PackedTurn => [
  ...([turn.metre, turn.beatsPerMinute, turn.swing, turn.iteration, turn.sha256.slice(0, 8)] as const),
  ...([turn.temperature, turn.topP, turn.seed, turn.callSteps] as const),
  ...([turn.call.map(packNote), turn.reply.map(packNote)] as const),
  packMore(turn),
]

function packMore({ control, dial, rewritten }: Turn): PackedMore {
  return {
    ...(control === undefined ? {} : { control }),
    ...(dial === undefined ? {} : { dial: packDial(dial) }),
    ...(rewritten === undefined ? {} : { rewritten: rewritten.map(packBars) }),
  }
}

const packDial = ({ style, iteration, sha256 }: NonNullable<MadeBy['dial']>): PackedDial => [
  ...([style, iteration, sha256.slice(0, 8)] as const),
]

const packBars = ({ first, last, candidates, ...made }: RewrittenBars): PackedBars => [
  ...([first, last, candidates, made.iteration, made.sha256.slice(0, 8), made.temperature, made.topP] as const),
  ...([made.seed, made.dial === undefined ? null : packDial(made.dial)] as const),
]

function unpack(packed: PackedTurn): Turn {
  const [metre, beatsPerMinute, swing, iteration, sha256, temperature, topP, seed, callSteps, call, reply, more = {}] =
    packed
  if (!isOneOf(keysOf(METRES), metre)) throw new RangeError(`metre ${metre}`)
  const { control, dial, rewritten } = more
  const turn = {
    ...unpackMade({ iteration, sha256, temperature, topP, seed, dial: dial ?? null }),
    ...{ metre, swing: within(swing, [0.5, 0.75]) },
    beatsPerMinute: within(beatsPerMinute, [TEMPO_RANGE.least, TEMPO_RANGE.most]),
    ...(control === undefined ? {} : { control: readControl(control) }),
    ...(rewritten === undefined ? {} : { rewritten: rewritten.map(unpackBars) }),
    callSteps: Math.max(1, whole(callSteps, 16 * MOST_SHARED_BARS * 2)),
  }
  const note = ([start, length, pitch, velocity]: PackedNote): StepNote => ({
    ...{ startStep: whole(start, 2 * turn.callSteps), endStep: whole(start + length, 2 * turn.callSteps) },
    ...{ pitch: whole(pitch, 127), velocity: Math.max(1, whole(velocity, 127)) },
  })
  return { ...turn, call: call.map(note), reply: reply.map(note) }
}

/** How a reply was drawn, unchecked. */
interface Made extends Omit<MadeBy, 'dial'> {
  readonly dial: PackedDial | null
}

function unpackMade({ iteration, sha256, temperature, topP, seed, dial }: Made): MadeBy {
  const made = {
    ...{ iteration: String(iteration), sha256: String(sha256), seed: whole(seed, 2 ** 32 - 1) },
    ...{ temperature: within(temperature, [0, 2]), topP: within(topP, [0, 1]) },
  }
  if (dial === null) return made
  const [style, second, hash] = dial
  return { ...made, dial: { style: within(style, [0, 1]), iteration: String(second), sha256: String(hash) } }
}

function unpackBars(packed: PackedBars): RewrittenBars {
  const [first, last, candidates, iteration, sha256, temperature, topP, seed, dial] = packed
  return {
    ...{ first: whole(first, MOST_SHARED_BARS), last: whole(last, MOST_SHARED_BARS) },
    ...{ candidates: whole(candidates, 1000), ...unpackMade({ iteration, sha256, temperature, topP, seed, dial }) },
  }
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const body = new Blob([bytes]).stream().pipeThrough(stream)
  return new Uint8Array(await new Response(body).arrayBuffer())
}
