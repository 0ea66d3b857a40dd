import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../clock/clock.ts'
import { isScenariosOwn } from '../engine/user-stopped.ts'
import { WorkerRun } from '../engine/worker-run.ts'
import { loadScenario, type Scenario } from '../scenario/load-scenario.ts'
import { ScenarioError } from '../scenario/scenario-error.ts'
import type { FromWorker, ToWorker, UserSummary, WorkerData } from './protocol.ts'

/** A worker in a thread of this process: loads the scenario, waits for `start`, runs, says `finished`. */
const { plan } = workerData as WorkerData
const port = parentPort!
const send = (message: FromWorker): void => port.postMessage(message)

try {
  const scenario = await loadScenario(plan.scenario)
  serve(scenario)
  send({ type: 'ready', users: summaries(scenario) })
} catch (error) {
  if (!(error instanceof ScenarioError)) throw error
  send({ type: 'refused', message: error.message, place: error.place })
}

function serve(scenario: Scenario): void {
  let run: WorkerRun | undefined
  port.on('message', (message: ToWorker) => {
    if (message.type === 'stop') run?.stop()
    else run = start(scenario)
  })
}

function start(scenario: Scenario): WorkerRun {
  const run = new WorkerRun(plan, scenario, systemClock, {
    snapshot: (snapshot) => send({ type: 'snapshot', snapshot }),
    noAnswer: (waiting, error) => send({ type: 'no-answer', waiting, reason: error?.message }),
  })
  // What the scenario's own code throws outside any task must not end the run; it is counted like the rest.
  const note = (error: unknown): void => {
    if (isScenariosOwn(error)) run.recorder.exception('(outside of tasks)', '', error)
  }
  process.on('uncaughtException', note)
  process.on('unhandledRejection', note)
  void run.run().then(() => {
    send({ type: 'finished' })
    port.close()
    return undefined
  })
  return run
}

function summaries(scenario: Scenario): UserSummary[] {
  return [...scenario].map(([name, { weight, fixedCount, tasks }]) => {
    return {
      name,
      weight,
      fixedCount,
      tasks: tasks.map((task) => ({ name: task.name, weight: task.weight })),
    }
  })
}
