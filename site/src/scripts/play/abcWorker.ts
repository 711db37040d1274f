import library from 'abc2svg/abc2svg-1.js?raw'
import { COLLECT_ABC } from '../../../../src/score/abcMusic.ts'
import { messageOf } from '../../../../src/support/errors.ts'

/** What the thread answers: that it has its library, what a tune says as JSON, or why it cannot be read. */
export type AbcAnswer = { readonly kind: 'ready' } | { readonly kind: 'music' | 'failure'; readonly text: string }

// abc2svg is a script that makes a global of itself, and the collector is one as well: both run as such, here alone.
const run = eval
run(library)

/** Nothing that a tune could do reaches the network or what the browser keeps. */
const SHUT = [
  ...['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'importScripts', 'Worker', 'BroadcastChannel'],
  ...['indexedDB', 'caches', 'navigator', 'eval', 'Function'],
]
for (const name of SHUT) Object.defineProperty(globalThis, name, { value: undefined })

const answer = (message: AbcAnswer): void => postMessage(message)

onmessage = ({ data }: MessageEvent<string>): void => {
  try {
    Object.assign(globalThis, { input: data })
    answer({ kind: 'music', text: String(run(COLLECT_ABC)) })
  } catch (error) {
    answer({ kind: 'failure', text: messageOf(error) })
  }
}
answer({ kind: 'ready' })
