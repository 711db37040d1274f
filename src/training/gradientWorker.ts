import { parentPort, workerData } from 'node:worker_threads'
import { openBackend } from '../model/backend.ts'
import { openNetwork } from '../model/openNetwork.ts'
import type { WorkerSetup, WorkerTask } from './gradientSource.ts'
import { propertyOf } from '../support/itemAt.ts'

/** Entry point of a training thread; see gradientSource.ts. It answers each task with the sums, and leaves the gradients in shared memory. */
const { spec, sharers, weights, gradients } = workerData as WorkerSetup
const model = openBackend().then((backend) => openNetwork(backend, spec, sharers))

parentPort?.on('message', ({ sequences, dropout }: WorkerTask) => {
  void model.then((ready) => {
    const found = ready.gradients(weights, sequences, dropout)
    for (const [name, { data }] of Object.entries(found.gradients)) propertyOf(gradients, name).data.set(data)
    parentPort?.postMessage(found.sums)
  })
})
