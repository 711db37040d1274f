import { makeContinuation } from './continuation.ts'
import { LoadError, type LoadedModel, loadModel } from './loadModel.ts'
import type { Answer, Request, WeightsPlace } from './messages.ts'
import { nextTask } from './nextTask.ts'
import { orderOf, SettingsError } from './order.ts'
import { messageOf } from '../../../../src/support/errors.ts'

/** The models' engine, beside the page: it loads weights once and makes one melody at a time. */

class Stopped extends Error {
  override readonly name = 'Stopped'
}

const models = new Map<string, Promise<LoadedModel>>()
let current = 0

const tell = (answer: Answer, transfer: Transferable[] = []): void => postMessage(answer, { transfer })

onmessage = ({ data }: MessageEvent<Request>): void => {
  current = data.kind === 'make' ? data.id : -1
  if (data.kind === 'make') void make(data)
}

async function make({ id, settings, weights }: Extract<Request, { kind: 'make' }>): Promise<void> {
  try {
    const order = orderOf(settings)
    const { conditionedOn, totalSteps } = order.recipe
    tell({ kind: 'begun', id, givenSteps: conditionedOn.length, totalSteps })
    const { model, isVerified } = await modelOf(weights, (share) => tell({ kind: 'loading', id, share }))
    const finished = await makeContinuation(model, order, {
      tell: (progress) => tell({ kind: 'progress', id, progress }, [progress.expected.buffer]),
      pause: async () => {
        await nextTask()
        if (current !== id) throw new Stopped()
      },
      now: () => performance.now(),
    })
    tell({ kind: 'finished', id, finished, isVerified })
  } catch (error) {
    if (error instanceof Stopped) return
    if (!(error instanceof LoadError || error instanceof SettingsError)) console.error(error) // a defect
    const message = messageOf(error)
    tell({ kind: 'failed', id, message })
  }
}

function modelOf(place: WeightsPlace, onShare: (share: number) => void): Promise<LoadedModel> {
  const known = models.get(place.url)
  if (known !== undefined) return known
  const loading = loadModel(place, onShare)
  models.set(place.url, loading)
  loading.catch(() => models.delete(place.url)) // the next request tries again
  return loading
}
