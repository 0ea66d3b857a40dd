import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'

const THREAD = new URL(`view-thread${extname(import.meta.url)}`, import.meta.url)

/** Of which run, and where it is kept. */
export interface ViewWanted {
  readonly folder: string
  readonly runId: string
}

/**
 * Makes views of kept runs beside the server: of an hour of many names that takes seconds, in which it has to answer others.
 * Who asks for the same meanwhile waits for the same.
 */
export class ViewMaker {
  readonly #folder: string
  readonly #atWork = new Map<string, Promise<void>>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Resolves when it is over, whether or not it came to something. */
  make(runId: string): Promise<void> {
    const known = this.#atWork.get(runId)
    if (known !== undefined) return known
    const made = this.#run(runId).finally(() => this.#atWork.delete(runId))
    this.#atWork.set(runId, made)
    return made
  }

  #run(runId: string): Promise<void> {
    const wanted: ViewWanted = { folder: this.#folder, runId }
    const thread = new Worker(THREAD, { workerData: wanted, stdout: true, stderr: true })
    return new Promise((resolve) => {
      // What is wrong with the run is told to who asks for it.
      thread.once('error', () => resolve())
      thread.once('exit', () => resolve())
    })
  }
}
