import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Sequence } from '../dataset/batches.ts'
import type { Backend } from '../model/backend.ts'
import { type Dropout, dropoutOf } from '../model/dropout.ts'
import { addSums, type MetricSums, NO_SUMS } from '../model/metricSums.ts'
import { openNetwork } from '../model/openNetwork.ts'
import type { TrainableNetwork } from '../model/trainableNetwork.ts'
import type { ModelSpec, NamedTensor, Weights } from '../config/modelSpec.ts'
import type { BatchGradients, GradientSource } from './batchGradients.ts'
import { itemAt, propertyOf } from '../support/itemAt.ts'

/** A part of a batch as a worker gets it. */
export interface WorkerTask {
  readonly sequences: readonly Sequence[]
  readonly dropout: Dropout
}

/** What a worker starts with: the model, and memory it shares with the training loop, weights in and gradients out. */
export interface WorkerSetup {
  readonly spec: ModelSpec
  readonly sharers: number
  readonly weights: Weights
  readonly gradients: Weights
}

/**
 * Gradients of a batch as the sum over its parts. On the native backend each part has a thread of its own, with
 * gradients in shared memory (CANTUS_THREADS=0: none has); elsewhere the parts follow each other. The numbers are those of the parts, added in
 * their order: the same bits whether in threads or not, and other bits for another number of parts.
 * @param like weights of the model, for the shapes. @throws Error from `gradients` when a thread dies.
 */
export function gradientSource(backend: Backend, spec: ModelSpec, parts: number, like: Weights): GradientSource {
  // Sources that are not compiled (tests) have no worker to start.
  const wanted = process.env['CANTUS_THREADS'] !== '0' && !import.meta.url.endsWith('.ts')
  const threads = wanted && parts > 1 && backend.kind === 'native'
  return threads ? inThreads(spec, parts, like) : inThisThread(openNetwork(backend, spec, parts), parts)
}

/** Sequences dealt out by length, so that the parts have about the same work; none of them is empty. */
export function dealOut(sequences: readonly Sequence[], count: number): Sequence[][] {
  const sorted = sequences.toSorted((a, b) => b.length - a.length)
  const parts = Array.from({ length: Math.min(count, sorted.length) }, (): Sequence[] => [])
  sorted.forEach((sequence, n) => {
    const round = Math.floor(n / parts.length)
    const place = n % parts.length
    itemAt(parts, round % 2 === 0 ? place : parts.length - 1 - place).push(sequence) // to and fro: the longest meets the shortest
  })
  return parts
}

/** The mean over all steps, from the means over each part's steps. */
function combine(parts: readonly BatchGradients[]): BatchGradients {
  const sums = parts.map((part) => part.sums).reduce(addSums, NO_SUMS)
  const [first] = parts
  if (first === undefined) throw new Error('a batch without a sequence')
  const gradients = Object.entries(first.gradients).map(([name, { shape, data }]): [string, NamedTensor] => {
    const total = new Float32Array(data.length)
    for (const part of parts) addScaled(total, propertyOf(part.gradients, name).data, part.sums.steps / sums.steps)
    return [name, { shape, data: total }]
  })
  return { sums, gradients: Object.fromEntries(gradients) }
}

function addScaled(total: Float32Array, data: Float32Array, factor: number): void {
  for (let n = 0; n < total.length; n++) total[n] = total[n]! + factor * data[n]!
}

function inThisThread(model: TrainableNetwork, parts: number): GradientSource {
  return {
    gradients(weights, sequences, dropout) {
      if (parts === 1) return Promise.resolve(model.gradients(weights, sequences, dropout))
      const found = dealOut(sequences, parts).map((part, n) =>
        model.gradients(weights, part, dropoutOf(dropout, 'worker', n)),
      )
      return Promise.resolve(combine(found))
    },
    close: () => Promise.resolve(),
  }
}

function inThreads(spec: ModelSpec, parts: number, like: Weights): GradientSource {
  const shared = sharedLike(like)
  const threads = Array.from({ length: parts }, () =>
    startThread({ spec, sharers: parts, weights: shared, gradients: sharedLike(like) }),
  )
  return {
    async gradients(weights, sequences, dropout) {
      for (const [name, { data }] of Object.entries(weights)) propertyOf(shared, name).data.set(data)
      const tasks = dealOut(sequences, parts).map((part, n) => ({
        sequences: part,
        dropout: dropoutOf(dropout, 'worker', n),
      }))
      return combine(await Promise.all(tasks.map((task, n) => itemAt(threads, n).run(task))))
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.end()))
    },
  }
}

function sharedLike(weights: Weights): Weights {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [
      name,
      { shape, data: new Float32Array(new SharedArrayBuffer(data.byteLength)) },
    ]),
  )
}

const WORKER = fileURLToPath(new URL('./gradientWorker.js', import.meta.url))

interface GradientThread {
  run(task: WorkerTask): Promise<BatchGradients>
  end(): Promise<unknown>
}

function startThread(setup: WorkerSetup): GradientThread {
  const worker = new Worker(WORKER, { workerData: setup })
  worker.unref() // a loop that fails must not wait for its threads
  let waiting: { resolve(sums: MetricSums): void; reject(error: Error): void } | null = null
  worker.on('message', (sums: MetricSums) => waiting?.resolve(sums))
  worker.on('error', (error) => waiting?.reject(error))
  worker.on('exit', (code) => waiting?.reject(new Error(`a training thread ended with ${code}`)))
  return {
    async run(task) {
      worker.ref()
      const sums = await new Promise<MetricSums>((resolve, reject) => {
        waiting = { resolve, reject }
        worker.postMessage(task)
      })
      waiting = null
      worker.unref()
      return { sums, gradients: setup.gradients }
    },
    end: () => worker.terminate(),
  }
}
