import type { Finished, Progress } from './continuation.ts'
import type { Settings } from './settings.ts'

/** Published weights, as the page names them. */
export interface WeightsPlace {
  readonly url: string
  readonly bytes: number
  readonly sha256: string
  /** The same, packed for the way; absent where only the file itself is served. */
  readonly packed?: { readonly url: string; readonly bytes: number }
}

/** To the worker. A new request ends the one before; `stop` ends it without another. */
export type Request =
  | { readonly kind: 'make'; readonly id: number; readonly settings: Settings; readonly weights: WeightsPlace }
  | { readonly kind: 'stop' }

/** From the worker, about the request `id`. */
export type Answer =
  | { readonly kind: 'begun'; readonly id: number; readonly givenSteps: number; readonly totalSteps: number }
  | { readonly kind: 'loading'; readonly id: number; readonly share: number }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly kind: 'finished'; readonly id: number; readonly finished: Finished; readonly isVerified: boolean }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
