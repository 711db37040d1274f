/** Ticks from outside the page's own thread: timers there are held back when the tab is hidden or busy. */
let timer: ReturnType<typeof setInterval> | undefined

onmessage = ({ data }: MessageEvent<number>): void => {
  clearInterval(timer)
  if (data > 0) timer = setInterval(() => postMessage(0), data)
}
