/**
 * Gives every player of a page its playhead: a line that moves over the roll while it sounds, and a click on a roll that plays from
 * there. A notebook's output holds this function as text, so it refers to nothing outside itself. Players that have their
 * playhead are left as they are.
 * @param page the document, or a part of it.
 */
export function attachPlayers(page: ParentNode): void {
  for (const figure of page.querySelectorAll<HTMLElement>('figure[data-parts]:not([data-ready])')) {
    const audio = figure.querySelector('audio')
    const picture = figure.querySelector<HTMLElement>('.rolls')
    if (audio === null || picture === null) continue
    figure.dataset['ready'] = 'yes'
    const parts = JSON.parse(figure.dataset['parts'] ?? '[]') as number[][]
    const line = document.createElement('span')
    line.setAttribute('aria-hidden', 'true')
    line.style.cssText = 'position:absolute;width:2px;background:#d32f2f;pointer-events:none;display:none'
    picture.style.position = 'relative'
    picture.style.cursor = 'pointer'
    picture.append(line)
    const follow = (): void => {
      const at = parts.find(([start = 0, end = 0]) => audio.currentTime >= start && audio.currentTime < end)
      line.style.display = at === undefined ? 'none' : 'block'
      if (at !== undefined) {
        const [start = 0, end = 1, left = 0, right = 1, top = 0, bottom = 1] = at
        const share = (audio.currentTime - start) / (end - start)
        line.style.left = `${100 * (left + share * (right - left))}%`
        line.style.top = `${100 * top}%`
        line.style.height = `${100 * (bottom - top)}%`
      }
      if (!audio.paused) requestAnimationFrame(follow)
    }
    for (const event of ['play', 'seeked']) audio.addEventListener(event, follow)
    picture.addEventListener('click', ({ clientX, clientY }) => {
      const box = picture.getBoundingClientRect()
      const [x, y] = [(clientX - box.left) / box.width, (clientY - box.top) / box.height]
      const at = parts.find(([, , , , top = 0, bottom = 0]) => y >= top - 0.1 && y <= bottom)
      if (at === undefined) return
      const [start = 0, end = 1, left = 0, right = 1] = at
      const share = Math.min(0.999, Math.max(0, (x - left) / (right - left)))
      const seek = (): void => {
        audio.currentTime = start + share * (end - start)
      }
      if (audio.readyState > 0) seek()
      else audio.addEventListener('loadedmetadata', seek, { once: true })
      void audio.play()
    })
  }
}
