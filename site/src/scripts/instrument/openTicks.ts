import { TICK_MILLISECONDS, type TickSource } from './clock.ts'

/** Ticks of a worker; of a timer of the page where no worker starts. */
export function openTicks(): TickSource {
  let onTick: () => void = () => undefined
  let timer = 0
  const byTimer = (milliseconds: number): void => {
    clearInterval(timer)
    if (milliseconds > 0) timer = window.setInterval(() => onTick(), milliseconds)
  }
  let send = byTimer
  try {
    const worker = new Worker(new URL('./tickWorker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = () => onTick()
    worker.onerror = () => {
      send = byTimer
      byTimer(TICK_MILLISECONDS)
    }
    send = (milliseconds) => worker.postMessage(milliseconds)
  } catch {
    send = byTimer
  }
  return {
    start(listener) {
      onTick = listener
      send(TICK_MILLISECONDS)
    },
    stop: () => send(0),
  }
}
