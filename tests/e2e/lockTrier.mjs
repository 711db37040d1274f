// One process of a lock's stress test. Its parent says in each round when to try, all at the same millisecond, and when
// to give the lock back.
import { lockRun, RunLockedError } from '../../dist/training/runLock.js'

let unlock = async () => undefined

process.on('message', async ({ folder, at }) => {
  if (at === undefined) {
    await unlock()
    unlock = async () => undefined
    process.send('idle')
    return
  }
  while (Date.now() < at); // a timer would spread the processes
  try {
    unlock = await lockRun(folder, Date.now())
    process.send('held')
  } catch (error) {
    process.send(error instanceof RunLockedError ? 'refused' : String(error.stack))
  }
})
process.send('idle')
