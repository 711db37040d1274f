import { TICK_MILLISECONDS, type TickSource } from '../../site/src/scripts/instrument/clock.ts'

/** A clock that a test winds: time passes in ticks. */
export class FakeClock {
  now = 0
  private onTick: () => void = () => undefined
  readonly ticks: TickSource & { isOn: boolean } = {
    isOn: false,
    start: (onTick) => {
      this.onTick = onTick
      this.ticks.isOn = true
    },
    stop: () => {
      this.ticks.isOn = false
    },
  }

  /** Lets seconds pass, tick by tick; `each` is called before every tick. */
  run(seconds: number, each: (now: number) => void = () => undefined): void {
    for (let n = Math.round((seconds * 1000) / TICK_MILLISECONDS); n > 0; n--) {
      this.now += TICK_MILLISECONDS / 1000
      each(this.now)
      if (this.ticks.isOn) this.onTick()
    }
  }
}
