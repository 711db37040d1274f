/** Where a job says what it is doing. Silent in tests, a terminal bar in the CLI, one updated output in a notebook. */
export interface Reporter {
  /** One line of plain words. */
  line(text: string): void
  /** Starts a progress bar over `total` units. */
  bar(title: string, total: number, unit: string): ProgressBar
}

/** A bar that shows the progress of a job. */
export interface ProgressBar {
  /** `done` units of the total are done; `note` is a short text behind the bar, such as the loss. */
  update(done: number, note?: string): void
  stop(): void
}

const silentBar: ProgressBar = { update: () => undefined, stop: () => undefined }

/** Says nothing: for tests and for `--json`. */
export const silentReporter: Reporter = { line: () => undefined, bar: () => silentBar }

/** Lines only: for a terminal that shows a job's rows, which a bar would be drawn through. */
export const withoutBars = ({ line }: Reporter): Reporter => ({ line, bar: () => silentBar })
