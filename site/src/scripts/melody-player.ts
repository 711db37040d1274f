/**
 * A melody's card: of all melodies on a page one sounds at a time, and a line over its piano roll shows where it is.
 * The controls are the browser's own, so that everything works without this script too.
 */
class MelodyPlayer extends HTMLElement {
  connectedCallback(): void {
    const audio = this.querySelector('audio')
    const roll = this.querySelector<HTMLElement>('.roll')
    if (!audio || !roll) return
    const line = document.createElement('div')
    line.className = 'playhead'
    line.hidden = true
    roll.append(line)
    const follow = (): void => {
      this.moveLine(line, roll, audio.currentTime)
      if (!audio.paused) requestAnimationFrame(follow)
    }
    audio.addEventListener('play', () => {
      stopOthers(audio)
      follow()
    })
    audio.addEventListener('seeked', follow)
    roll.addEventListener('click', (event) => this.playFrom(event.clientX, roll, audio))
    for (const link of document.querySelectorAll<HTMLElement>(`.bar-link[href$="#${this.id}"]`))
      this.listenToBar(link, audio)
    audio.addEventListener('ended', () => (line.hidden = true))
  }

  /** Where the notes are clicked, between the first bar line and the last. */
  private playFrom(x: number, roll: HTMLElement, audio: HTMLAudioElement): void {
    const staff = staffOf(roll)
    if (!staff) return
    const share = (x - roll.getBoundingClientRect().left + roll.scrollLeft - staff.left) / staff.width
    if (share < 0 || share > 1) return
    audio.currentTime = (share * Number(this.dataset['steps'])) / Number(this.dataset['stepsPerSecond'])
    void audio.play().catch(() => {}) // the controls show what is wrong
  }

  /** A bar that a reading names sounds when it is pressed; opened elsewhere, the link leads to it on the melody's page. */
  private listenToBar(link: HTMLElement, audio: HTMLAudioElement): void {
    link.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return
      event.preventDefault()
      const steps = (Number(link.dataset['bar']) - 1) * STEPS_PER_BAR
      audio.currentTime = steps / Number(this.dataset['stepsPerSecond'])
      void audio.play().catch(() => {}) // the controls show what is wrong
    })
  }

  private moveLine(line: HTMLElement, roll: HTMLElement, seconds: number): void {
    const staff = staffOf(roll)
    if (!staff) return
    const share = (seconds * Number(this.dataset['stepsPerSecond'])) / Number(this.dataset['steps'])
    line.hidden = share <= 0 || share > 1
    line.style.left = `${staff.left + staff.width * Math.min(1, share)}px`
  }
}

/** The published melodies of the study's primers stand in bars of four quarters. */
const STEPS_PER_BAR = 16

function stopOthers(playing: HTMLAudioElement): void {
  for (const audio of document.querySelectorAll('audio')) if (audio !== playing) audio.pause()
}

/** Where the bars lie inside the roll, in pixels: the group of bar lines spans them. */
function staffOf(roll: HTMLElement): { left: number; width: number } | null {
  const lines = roll.querySelector('svg g[stroke]') ?? roll.querySelector('svg') // a small one is nothing but notes
  if (!lines) return null
  const box = lines.getBoundingClientRect()
  return { left: box.left - roll.getBoundingClientRect().left + roll.scrollLeft, width: box.width }
}

customElements.define('melody-player', MelodyPlayer)
