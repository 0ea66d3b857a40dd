import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../clock/clock.ts'
import { isScenariosOwn } from '../engine/user-stopped.ts'
import { WorkerRun } from '../engine/worker-run.ts'
import { toScenarioError } from '../scenario/load-error.ts'
import { loadScenario, type Scenario } from '../scenario/load-scenario.ts'
import type { FromWorker, ToWorker, UserSummary, WorkerData } from './protocol.ts'

/** A worker in a thread of this process: loads the scenario, waits for `start`, runs, says `finished`. */
const { plan } = workerData as WorkerData
const port = parentPort!
const send = (message: FromWorker): void => port.postMessage(message)
let run: WorkerRun | undefined

process.on('uncaughtException', noteStray)
process.on('unhandledRejection', noteStray)
// When the scenario ends the process, what was counted since the last second is told before.
process.on('exit', () => run?.report())
// Nothing else keeps this thread alive meanwhile: a scenario that waits for nothing ends it, and the run hears.
void load()

async function load(): Promise<void> {
  try {
    const { users, thresholds } = await loadScenario(plan.scenario)
    serve(users)
    send({ type: 'ready', users: summaries(users), thresholds })
  } catch (error) {
    refuse(error)
  }
}

function serve(scenario: Scenario): void {
  port.on('message', (message: ToWorker) => {
    if (message.type === 'stop') run?.stop()
    else void start(scenario)
  })
}

async function start(scenario: Scenario): Promise<void> {
  run = new WorkerRun(plan, scenario, systemClock, {
    snapshot: (snapshot) => send({ type: 'snapshot', snapshot }),
    noAnswer: (waiting, error) => send({ type: 'no-answer', waiting, reason: error?.message }),
  })
  await run.run()
  run = undefined
  send({ type: 'finished' })
  port.close()
}

/** The scenario's own code threw outside of any task: that doesn't end a run, and is counted like the rest. */
function noteStray(error: unknown): void {
  if (run === undefined) refuse(error)
  else if (isScenariosOwn(error)) run.recorder.exception('(outside of tasks)', '', error)
}

function refuse(error: unknown): void {
  const { message, place } = toScenarioError(error, plan.scenario, plan.scenario)
  send({ type: 'refused', message, place })
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
