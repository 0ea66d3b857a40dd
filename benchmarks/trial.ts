import { mkdtempDisposable } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { Assignment, Contestant } from './contestant.ts'
import { cpuTimeOf } from './cpu-time.ts'
import { BenchmarkFailure } from './failure.ts'
import type { LoadCase } from './load-case.ts'
import { measure, type Measurement, type Reading } from './measurement.ts'
import { PinnedProcess, type Ending } from './pinned-process.ts'
import { spreadOf } from './spread.ts'
import type { Target } from './target.ts'

/** From the first requests on. Compiling and connecting lie before the window; the last requests in flight lie behind it. */
export const warmUpMs = 2_000
export const shortWarmUpMs = 1_000
export const tailMs = 500

export const clientCore = 0
export const targetCore = 1
const weighingSeconds = 1
const startTimeoutMs = 30_000
const endTimeoutMs = 15_000

/** What every run needs. */
export interface Stage {
  readonly target: Target
  readonly folder: string
  readonly signal: AbortSignal
}

/** One run of one contestant: a measurement, or an error that says what went wrong. */
export async function runTrial(
  contestant: Contestant,
  loadCase: LoadCase,
  seconds: number,
  stage: Stage,
): Promise<Measurement> {
  const { target, signal } = stage
  const warmsUpMs = contestant.startsWarm === true ? shortWarmUpMs : warmUpMs
  const windowMs = seconds * 1000 - warmUpMs - tailMs
  const runs = { loadCase, url: target.urlOf(loadCase), seconds: seconds - (warmUpMs - warmsUpMs) / 1000 }
  const before = await target.requests(signal)
  return watch(contestant, runs, stage, async (client) => {
    await comeTrue(contestant, client, stage, async () => (await target.requests(signal)) > before)
    const start = await readingAfter(warmsUpMs, contestant, client, stage)
    const end = await readingAfter(windowMs, contestant, client, stage)
    return measure(start, end)
  })
}

/** The bytes of a contestant's request as the target received them: the median of a short run. */
export async function weighRequest(
  contestant: Contestant,
  loadCase: LoadCase,
  stage: Stage,
): Promise<number> {
  const { target } = stage
  const task = { loadCase, url: target.weighingUrlOf(loadCase), seconds: weighingSeconds }
  await watch(contestant, task, stage, async (client) => {
    await comeTrue(contestant, client, stage, () => target.hasWeighed())
  })
  return spreadOf(await target.takeRequestBytes()).median
}

/** Some clients take seconds to begin. */
async function comeTrue(
  contestant: Contestant,
  client: PinnedProcess,
  { signal }: Stage,
  condition: () => Promise<boolean>,
): Promise<void> {
  for (let waitedMs = 0; waitedMs < startTimeoutMs; waitedMs += 20) {
    if (await condition()) return
    const early = await client.endsWithin(20, signal)
    if (early) throw failed(contestant, 'it ended before it asked for anything', early)
  }
  throw failed(contestant, `it asked for nothing within ${startTimeoutMs / 1000} s`, undefined)
}

async function readingAfter(
  ms: number,
  contestant: Contestant,
  client: PinnedProcess,
  { target, signal }: Stage,
): Promise<Reading> {
  const early = await client.endsWithin(ms, signal)
  if (early) throw failed(contestant, 'it ended too early to be measured', early)
  // Both readings in this order: what lies between the two numbers is the same short time at both ends.
  const requests = await target.requests(signal)
  return { requests, ...cpuTimeOf(client.pid), atMs: performance.now() }
}

type Task = Omit<Assignment, 'folder'>

async function watch<T>(
  contestant: Contestant,
  task: Task,
  { folder, signal, target }: Stage,
  look: (client: PinnedProcess) => Promise<T>,
): Promise<T> {
  await using scratch = await mkdtempDisposable(join(folder, 'run-'))
  const assignment = { ...task, folder: scratch.path }
  await using client = await PinnedProcess.start(contestant.argv(assignment), clientCore, scratch.path)
  const seen = await look(client)
  if (contestant.endless === true) client.stop()
  const ending = await client.endsWithin(task.seconds * 1000 + endTimeoutMs, signal)
  const complaint = ending ? contestant.complaint(ending, assignment) : 'it did not end in time'
  if (complaint !== undefined) throw failed(contestant, complaint, ending)
  const unexpected = await target.unexpected()
  if (unexpected !== '') throw failed(contestant, `unexpected requests:\n${unexpected.slice(0, 500)}`, ending)
  return seen
}

function failed({ name }: Contestant, complaint: string, ending: Ending | undefined): BenchmarkFailure {
  const said = ending?.stderr.trim() || ending?.stdout.trim() || 'it said nothing'
  const exit = ending ? ` (${ending.signal ?? `exit code ${ending.exitCode}`})` : ''
  return new BenchmarkFailure(
    'runFailed',
    `${name} gave no figure: ${complaint}${exit}\n${said.slice(-2000)}`,
  )
}
