import type { Plan } from '../engine/plan.ts'
import type { WalkEvent } from '../engine/walk.ts'
import { ScenarioError } from '../scenario/scenario-error.ts'
import type { FromWorker } from './protocol.ts'
import { WorkerHandle } from './worker-handle.ts'

export interface WalkListener {
  event(event: WalkEvent): void
  /** The scenario's own code wrote to standard output or error. */
  output(text: string): void
}

/** Does each task once, in a thread of its own. Throws a `ScenarioError` where the scenario cannot be run. */
export async function walkScenario(plan: Plan, listener: WalkListener): Promise<void> {
  const done = Promise.withResolvers<void>()
  const worker = new WorkerHandle(plan, 0, {
    message: (message) => receive(message),
    error: (error) => done.reject(error),
    exited: (code) =>
      done.reject(
        new ScenarioError(`expected it to end by itself; it ended its process (${code})`, plan.scenario),
      ),
    output: (text) => listener.output(text),
  })
  try {
    await done.promise
  } finally {
    worker.terminate()
  }

  function receive(message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        return worker.tell(message.scenario.hooks?.onStart === true ? { type: 'prepare' } : { type: 'walk' })
      case 'prepared':
        return worker.tell({ type: 'walk', data: message.data })
      case 'walked':
        return listener.event(message.event)
      case 'refused':
        return done.reject(new ScenarioError(message.message, message.place))
      case 'finished':
        return done.resolve()
    }
  }
}
