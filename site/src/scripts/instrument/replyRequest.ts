import type { Control, ControlCost, Rewrite } from '../../../../src/results/control.ts'
import type { Metre } from '../../../../src/generation/primers.ts'
import type { WeightsPlace } from '../play/messages.ts'

/** What a reply is made of: the same recipe on the command line gives the same events. */
export interface ReplyRecipe {
  /** The call: one event per step. */
  readonly call: readonly number[]
  /** Steps of call and reply together. */
  readonly totalSteps: number
  readonly seed: number
  readonly temperature: number
  readonly topP: number | null
  /** Absent = 4/4. */
  readonly timeSignature?: Metre
  /** Absent = nothing. */
  readonly control?: Control
  /** Where it is drawn from between the model and a second one; absent = the model alone. */
  readonly dial?: ReplyDial
  /** Draws some bars again, the best of several; absent = the call is continued. */
  readonly rewrite?: Rewrite
}

/** A second model, and how far the draws lean to it: 1 is all the way. */
export interface ReplyDial {
  readonly style: number
  readonly weights: WeightsPlace
}

/** To the partner's worker. Each request ends the one before. */
export type PartnerRequest =
  /** Load a model, so that it is there when it is needed. */
  | { readonly kind: 'open'; readonly weights: WeightsPlace; readonly dial?: ReplyDial }
  /** Take in what was played so far: nothing is answered. */
  | { readonly kind: 'hear'; readonly weights: WeightsPlace; readonly recipe: ReplyRecipe }
  | { readonly kind: 'reply'; readonly id: number; readonly weights: WeightsPlace; readonly recipe: ReplyRecipe }
  /** Forget what was heard: another call begins. */
  | { readonly kind: 'begin' }

/** From the partner's worker. */
export type PartnerAnswer =
  | { readonly kind: 'loading'; readonly share: number }
  | { readonly kind: 'ready'; readonly url: string }
  /** Events of the reply, the first of which has index `from` among them. */
  | { readonly kind: 'events'; readonly id: number; readonly from: number; readonly events: readonly number[] }
  /** The reply is whole; what holding it to something cost, and what choosing the best of several draws gained. */
  | { readonly kind: 'made'; readonly id: number; readonly cost?: ControlCost; readonly gain?: number }
  | { readonly kind: 'failed'; readonly message: string }
