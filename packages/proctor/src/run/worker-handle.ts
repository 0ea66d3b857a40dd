import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Clock } from '../clock/clock.ts'
import type { Plan } from '../engine/plan.ts'
import type { FromWorker, ToWorker, WorkerData } from './protocol.ts'

/** What is heard of a worker. */
export interface WorkerHandleListener {
  message(message: FromWorker): void
  /** It threw outside of what it ran, or could not start. */
  error(error: Error): void
  exited(code: number): void
  /** The scenario's own code wrote to standard output or error. */
  output(text: string): void
}

/** What the scenario left open, such as a timer, holds its thread no longer than this. */
const LEFTOVERS_MS = 200

/** Of the sources, or of what was compiled from them, as this module is. */
const WORKER_THREAD = new URL(`worker-thread${extname(import.meta.url)}`, import.meta.url)

/** A worker in a thread of this process, as the run has it. */
export class WorkerHandle {
  readonly #worker: Worker
  readonly #exited = Promise.withResolvers<void>()

  /** Loads the scenario at once. */
  constructor(plan: Plan, number: number, listener: WorkerHandleListener) {
    const data: WorkerData = { plan, worker: number }
    const worker = new Worker(WORKER_THREAD, {
      workerData: data,
      stdout: true,
      stderr: true,
    })
    worker.on('message', (message: FromWorker) => listener.message(message))
    worker.on('error', (error: Error) => listener.error(error))
    worker.on('exit', (code) => {
      this.#exited.resolve()
      listener.exited(code)
    })
    for (const stream of [worker.stdout, worker.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => listener.output(text))
    }
    this.#worker = worker
  }

  tell(message: ToWorker): void {
    this.#worker.postMessage(message)
  }

  terminate(): void {
    void this.#worker.terminate()
  }

  /** Resolves when its thread has ended, which it is given a moment for. */
  async letGo(clock: Clock): Promise<void> {
    const cancel = clock.after(LEFTOVERS_MS, () => this.terminate())
    await this.#exited.promise
    cancel()
  }
}
