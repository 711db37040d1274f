import type { ControlCost } from '../../../../src/results/control.ts'
import type { WeightsPlace } from '../play/messages.ts'
import type { PartnerAnswer, PartnerRequest, ReplyDial, ReplyRecipe } from './replyRequest.ts'

/** A reply as far as it is known: it grows while it is made. */
export class Reply {
  readonly recipe: ReplyRecipe
  readonly events: number[] = []
  /** Milliseconds from the request to the first event; NaN before. */
  firstAfter = NaN
  /** What holding it to something cost; null before it is known, or where it is free. */
  cost: ControlCost | null = null
  /** Nats per step by which what follows rewritten bars is likelier than after the first draw; NaN where none are, or before it is known. */
  gain = NaN
  /** No more events come. */
  hasFailed = false
  private readonly asked = performance.now()

  constructor(recipe: ReplyRecipe) {
    this.recipe = recipe
  }

  get steps(): number {
    return this.recipe.totalSteps - this.recipe.call.length
  }

  get isWhole(): boolean {
    return this.events.length === this.steps
  }

  take(from: number, events: readonly number[]): void {
    if (from !== this.events.length) return
    if (from === 0) this.firstAfter = performance.now() - this.asked
    this.events.push(...events)
  }

  finish({ cost, gain }: Pick<Extract<PartnerAnswer, { kind: 'made' }>, 'cost' | 'gain'>): void {
    this.cost = cost ?? null
    this.gain = gain ?? NaN
  }
}

interface PartnerListener {
  readonly onLoading: (share: number) => void
  readonly onReady: () => void
  readonly onEvents: (reply: Reply) => void
  readonly onFailed: (message: string) => void
}

/** The model that answers, as the page sees it. Its worker starts with the first request. */
export class Partner {
  private readonly listener: PartnerListener
  private worker: Worker | null = null
  private reply: Reply | null = null
  private id = 0

  constructor(listener: PartnerListener) {
    this.listener = listener
  }

  /** Loads a model, and the one that a dial leans to, so that they are there when they are needed. */
  open(weights: WeightsPlace, dial?: ReplyDial): void {
    this.send({ kind: 'open', weights, ...(dial === undefined ? {} : { dial }) })
  }

  /** Another call begins: what was heard before is forgotten. */
  begin(): void {
    this.reply = null
    if (this.worker !== null) this.send({ kind: 'begin' })
  }

  /** Takes in a call that still goes on. */
  hear(weights: WeightsPlace, recipe: ReplyRecipe): void {
    this.send({ kind: 'hear', weights, recipe })
  }

  /** Asks for a reply; one that is being made is given up. */
  ask(weights: WeightsPlace, recipe: ReplyRecipe): Reply {
    this.reply = new Reply(recipe)
    this.send({ kind: 'reply', id: ++this.id, weights, recipe })
    return this.reply
  }

  private send(request: PartnerRequest): void {
    this.worker ??= this.start()
    this.worker.postMessage(request)
  }

  private start(): Worker {
    const worker = new Worker(new URL('./partnerWorker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = ({ data }: MessageEvent<PartnerAnswer>): void => this.take(data)
    worker.onerror = () => {
      this.worker = null // the next request tries again
      this.fail('The model could not be started in this browser: reload the page, or try a current browser.')
    }
    return worker
  }

  private take(answer: PartnerAnswer): void {
    if (answer.kind === 'loading') this.listener.onLoading(answer.share)
    if (answer.kind === 'ready') this.listener.onReady()
    if (answer.kind === 'failed') this.fail(answer.message)
    if (answer.kind === 'made' && answer.id === this.id) this.reply?.finish(answer)
    if (answer.kind !== 'events' || answer.id !== this.id || this.reply === null) return
    this.reply.take(answer.from, answer.events)
    this.listener.onEvents(this.reply)
  }

  private fail(message: string): void {
    if (this.reply !== null) this.reply.hasFailed = true
    this.listener.onFailed(message)
  }
}
