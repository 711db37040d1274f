/** A browser that is not allowed to make sound never answers: it is asked so long. */
const RESUME_MILLISECONDS = 1500

/** What to tell a reader whose browser does not let the page make sound. */
export const HELD_BACK = 'The browser holds back the sound: allow this page to play sound, then press Play again.'

/** Whether the browser lets the context make sound, after it was asked to; to be called from a press of a key or a button. */
export async function resumeAudio(context: Pick<AudioContext, 'state' | 'resume'>): Promise<boolean> {
  const isRunning = (): boolean => context.state === 'running'
  if (isRunning()) return true
  const refused = new Promise<void>((done) => setTimeout(done, RESUME_MILLISECONDS))
  await Promise.race([context.resume().catch(() => undefined), refused])
  return isRunning()
}
