import type { Clock } from '../clock/clock.ts'
import type { Plan } from '../engine/plan.ts'
import { ScenarioError } from '../scenario/scenario-error.ts'
import type { FromWorker, ScenarioSummary } from './protocol.ts'
import { WorkerHandle } from './worker-handle.ts'

/** What a plan's scenario declares, without running it; in a thread of its own, as ever. Throws a `ScenarioError`. */
export async function scout(plan: Plan, clock: Clock): Promise<ScenarioSummary> {
  const { promise, resolve, reject } = Promise.withResolvers<ScenarioSummary>()
  const worker = new WorkerHandle(
    plan,
    { worker: 0, of: 1 },
    {
      message(message: FromWorker) {
        if (message.type === 'ready') resolve(message.scenario)
        else if (message.type === 'refused') reject(new ScenarioError(message.message, message.place))
      },
      error: reject,
      exited: () => reject(new ScenarioError('expected it to load; it ended its process', plan.scenario)),
      output: () => {},
    },
  )
  try {
    return await promise
  } finally {
    worker.terminate()
    await worker.letGo(clock)
  }
}
