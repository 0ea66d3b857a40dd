import type { Selection } from '../scenario/selection.ts'
import { ScenarioError } from '../scenario/scenario-error.ts'
import type { ScenarioSummary } from './protocol.ts'
import { WorkerHandle } from './worker-handle.ts'

/** What a scenario file declares; it is loaded in a thread of its own, which ends. Throws a `ScenarioError`. */
export async function inspectScenario(scenario: string, selection?: Selection): Promise<ScenarioSummary> {
  const told = Promise.withResolvers<ScenarioSummary>()
  const load = {
    kind: 'closed',
    users: 1,
    spawnRate: 1,
    stages: null,
    durationMs: null,
    iterations: null,
  } as const
  const plan = {
    scenario,
    ...(selection && { selection }),
    host: 'http://127.0.0.1',
    load,
    isLoadGiven: false,
    workers: 1,
    seed: 0,
    userAgent: 'proctor',
    stopTimeoutMs: 0,
    requestTimeoutMs: 0,
    traceSampledShare: null,
  }
  const worker = new WorkerHandle(plan, 0, {
    message(message) {
      if (message.type === 'ready') told.resolve(message.scenario)
      if (message.type === 'refused') told.reject(new ScenarioError(message.message, message.place))
    },
    error: (error) => told.reject(error),
    exited: () => told.reject(new ScenarioError('expected it to load; it ended its process', scenario)),
    output: () => {},
  })
  try {
    return await told.promise
  } finally {
    worker.terminate()
  }
}
