import type { ListeningPair } from '../../../../src/evaluation/listening/listeningTrials.ts'

/** What the page of the listening test knows: nothing of who made a sound. */
export interface ListeningPlan {
  /** The test's name: its votes are not mixed with those of another. */
  readonly test: string
  /** Address of the folder of the sounds. */
  readonly sounds: string
  /** From a sound's beginning to its first note. */
  readonly firstSeconds: Readonly<Record<string, number>>
  /** Pairs for one listener each. */
  readonly blocks: readonly (readonly ListeningPair[])[]
}
