/** Ticks from outside the page's own thread: timers there are held back when the tab is hidden or busy. */
let timer = 0

onmessage = ({ data }: MessageEvent<number>): void => {
  clearInterval(timer)
  if (data > 0) timer = setInterval(() => postMessage(0), data) as unknown as number
}
