import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../clock/clock.ts'
import { isScenariosOwn } from '../engine/user-stopped.ts'
import { runTestHook } from '../engine/test-hook.ts'
import { Walk, type WalkEvent } from '../engine/walk.ts'
import { WorkerRun } from '../engine/worker-run.ts'
import { toScenarioError } from '../scenario/load-error.ts'
import { loadScenario, type Scenario } from '../scenario/load-scenario.ts'
import type { CheckedSet, Entry } from '../scenario/task-set.ts'
import { ThisThread } from './this-thread.ts'
import { noWait } from '../scenario/wait-time.ts'
import type {
  FromWorker,
  ScenarioSummary,
  SetSummary,
  TaskSummary,
  ToWorker,
  WorkerData,
} from './protocol.ts'

type Start = ToWorker & { readonly type: 'start' }

/** A worker in a thread of this process: loads the scenario, waits for `start`, runs, says `finished`. */
const { plan, worker } = workerData as WorkerData
const port = parentPort!
const send = (message: FromWorker): void => port.postMessage(message)
let run: WorkerRun | undefined
const concluding = Promise.withResolvers<void>()

process.on('uncaughtException', noteStray)
process.on('unhandledRejection', noteStray)
// When the scenario ends the process, what was counted since the last second is told before.
process.on('exit', () => run?.report())
// Nothing else keeps this thread alive meanwhile: a scenario that waits for nothing ends it, and the run hears.
void prepare()

async function prepare(): Promise<void> {
  try {
    const scenario = await loadScenario(plan.scenario, plan)
    serve(scenario)
    send({ type: 'ready', scenario: summaryOf(scenario) })
  } catch (error) {
    refuse(error)
  }
}

function serve(scenario: Scenario): void {
  port.on('message', (message: ToWorker) => {
    switch (message.type) {
      case 'prepare':
        return void prepareTest(scenario)
      case 'start':
        scenario.hooks?.begin(message.data)
        return void start(scenario, message)
      case 'walk':
        scenario.hooks?.begin(message.data)
        return void walk(scenario)
      case 'conclude':
        return concluding.resolve()
      case 'steer':
        return run?.steer(message.target, message.atMs, message.spawnRate)
      case 'stop':
        return run?.stop()
    }
  })
}

async function prepareTest({ hooks }: Scenario): Promise<void> {
  try {
    const data = await runTestHook(plan, systemClock, (context) => hooks?.onStart?.(context))
    send({ type: 'prepared', data })
  } catch (error) {
    refuse(error)
  }
}

async function walk(scenario: Scenario): Promise<void> {
  const tell = (event: WalkEvent): void => send({ type: 'walked', event })
  await new Walk(plan, systemClock, tell).run(scenario)
  const { hooks } = scenario
  try {
    await runTestHook(plan, systemClock, (context) => hooks?.onStop?.({ ...context, data: hooks.data }))
  } catch (error) {
    const { message, stack = message } = error instanceof Error ? error : new Error(String(error))
    tell({ type: 'exception', message, stack })
  }
  send({ type: 'finished' })
  port.close()
}

async function start(scenario: Scenario, { load, workers, startsAt, tasksLeft }: Start): Promise<void> {
  const now = systemClock.now()
  run = new WorkerRun({
    plan: { ...plan, load },
    scenario,
    share: { worker, of: workers },
    tasksLeft,
    clock: systemClock,
    probe: new ThisThread(),
    startsAt: now + startsAt - systemClock.wallTime(now),
    listener: {
      snapshot: (snapshot) => send({ type: 'snapshot', snapshot }),
      noAnswer: (waiting, error) => send({ type: 'no-answer', waiting, reason: error?.message }),
      spare: (isSpare) => send({ type: 'spare', isSpare }),
      endRun: (reason) => send({ type: 'end-run', reason: reason ?? null }),
    },
  })
  await run.run()
  if (worker === 0) await concludeTest(scenario, run)
  run = undefined
  send({ type: 'finished' })
  port.close()
}

/** When the users of all workers have gone. What it throws is an exception like any other. */
async function concludeTest({ hooks }: Scenario, ended: WorkerRun): Promise<void> {
  const onStop = hooks?.onStop
  if (onStop === undefined) return
  send({ type: 'drained' })
  await concluding.promise
  try {
    await runTestHook(plan, systemClock, (context) => onStop({ ...context, data: hooks!.data }))
  } catch (error) {
    ended.recorder.exception('(test)', 'onStop', error)
    ended.report()
  }
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

function summaryOf({ users, shape, thresholds, hooks, arguments: args = [] }: Scenario): ScenarioSummary {
  return {
    users: [...users].map(([name, { weight, fixedCount, waitTime, tasks }]) => {
      return {
        name,
        weight,
        fixedCount,
        thinks: waitTime !== noWait,
        tasks: tasks.map(taskSummary),
      }
    }),
    thresholds,
    hooks: { onStart: hooks?.onStart !== undefined, onStop: hooks?.onStop !== undefined },
    arguments: args,
    shape: shape === undefined ? null : { kind: shape.kind, spacing: shape.spacing },
  }
}

function taskSummary(entry: Entry): TaskSummary {
  const { key, weight, tags } = entry
  const set = entry.kind === 'task' ? null : setSummary(entry)
  return { name: key, weight, tags, set }
}

function setSummary({ order, entries }: CheckedSet): SetSummary {
  const next = order.kind === 'transitions' ? Object.fromEntries(order.next) : null
  return { order: order.kind, next, tasks: entries.map(taskSummary) }
}
