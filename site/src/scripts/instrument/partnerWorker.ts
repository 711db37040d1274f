import { continueMelody, type MelodyModel, plainSampling } from '../../../../src/generation/continueMelody.ts'
import { ControlError } from '../../../../src/generation/control/checkControl.ts'
import { rewriteBars } from '../../../../src/generation/rewriteBars.ts'
import { mixedModel } from '../../../../src/generation/styleDial.ts'
import { mulberry32 } from '../../../../src/support/random.ts'
import { LoadError, type LoadedModel, loadModel } from '../play/loadModel.ts'
import type { WeightsPlace } from '../play/messages.ts'
import { nextTask } from '../play/nextTask.ts'
import { remembering } from '../../../../src/model/remembering.ts'
import type { PartnerAnswer, PartnerRequest, ReplyDial, ReplyRecipe } from './replyRequest.ts'
import { messageOf } from '../../../../src/support/errors.ts'

/** The model that answers, beside the page. What it has heard of a call it does not take in again. */

class Superseded extends Error {
  override readonly name = 'Superseded'
}

/** Events between two messages, after the first. */
const EVENTS_PER_MESSAGE = 8

const models = new Map<string, Promise<LoadedModel>>()
let hearing: { readonly key: string; readonly model: MelodyModel } | null = null
let current = 0

const tell = (answer: PartnerAnswer): void => postMessage(answer)

onmessage = ({ data }: MessageEvent<PartnerRequest>): void => {
  const request = ++current
  if (data.kind === 'begin') hearing = null
  else void serve(data, request)
}

async function serve(data: Exclude<PartnerRequest, { kind: 'begin' }>, request: number): Promise<void> {
  try {
    const model = await modelOf(data.weights, data.kind === 'open' ? data.dial : data.recipe.dial)
    if (data.kind === 'open' || request !== current) return
    await answer(model, data, request)
  } catch (error) {
    if (error instanceof Superseded) return
    if (!(error instanceof LoadError || error instanceof ControlError)) console.error(error) // a defect
    tell({ kind: 'failed', message: messageOf(error) })
  }
}

/** Continues the call, or rewrites bars: to the end for a reply, by a single step for what is only heard. */
async function answer(
  model: MelodyModel,
  data: Extract<PartnerRequest, { readonly recipe: ReplyRecipe }>,
  request: number,
): Promise<void> {
  const { call, totalSteps, rewrite, dial: _dial, ...recipe } = data.recipe
  let told = call.length
  const send = (melody: readonly number[]): void => {
    if (data.kind === 'hear' || melody.length === told) return
    tell({ kind: 'events', id: data.id, from: told - call.length, events: melody.slice(told) })
    told = melody.length
  }
  const onStep = async (done: number, settled: () => number[]): Promise<void> => {
    if (done === 1 || done % EVENTS_PER_MESSAGE === 0) send(settled())
    await nextTask()
    if (request !== current) throw new Superseded()
  }
  const options = {
    ...plainSampling,
    ...recipe,
    totalSteps: data.kind === 'hear' ? call.length + 1 : totalSteps,
    onStep,
  }
  const random = mulberry32(recipe.seed)
  if (rewrite === undefined) {
    const { events, controlCost: cost } = await continueMelody(model, call, options, random)
    if (data.kind === 'reply' && cost !== undefined) tell({ kind: 'made', id: data.id, cost })
    return send(events)
  }
  const made = await rewriteBars(model, { ...options, conditionedOn: call, rewrite }, random)
  const { events, best, blind, controlCost } = made
  const cost = controlCost === undefined ? {} : { cost: controlCost }
  if (data.kind === 'reply') tell({ kind: 'made', id: data.id, gain: best - blind, ...cost })
  send(events)
}

/** The model with its memory of the call; the second one is loaded where a dial leans to it for the first time. */
async function modelOf(weights: WeightsPlace, dial?: ReplyDial): Promise<MelodyModel> {
  const { model: first } = await loaded(weights)
  const model = dial === undefined ? first : mixedModel(first, (await loaded(dial.weights)).model, dial.style)
  const key = [weights.url, dial?.weights.url, dial?.style].join(' ')
  if (hearing?.key === key) return hearing.model
  const remembered = { ...model, stepper: remembering(model.stepper) }
  hearing = { key, model: remembered }
  return remembered
}

function loaded(place: WeightsPlace): Promise<LoadedModel> {
  const known = models.get(place.url)
  if (known !== undefined) return known
  const loading = loadModel(place, (share) => tell({ kind: 'loading', share }))
  models.set(place.url, loading)
  loading.then(
    () => tell({ kind: 'ready', url: place.url }),
    () => models.delete(place.url), // the next request tries again
  )
  return loading
}
