import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Finding } from '../../src/analysis/finding.ts'
import { cli } from '../../src/cli/cli.ts'
import type { Report } from '../../src/report/report.ts'
import { Random } from '../../src/scenario/random.ts'
import { FakeMachine } from '../cli/fake-machine.ts'
import type { Fault, FaultInPlace } from './fault.ts'
import { Service } from './service.ts'

/** What came of one case. */
export interface Outcome {
  readonly requests: number
  readonly failures: number
  /** Why requests failed, as the run says it, the weightiest first. */
  readonly said: readonly Finding[]
  readonly verdict: 'right' | 'wrong' | 'confidently wrong' | 'no failure'
}

/** Runs a load against a service with these faults, and compares what the run says with the truth. */
export async function examine(faults: readonly Fault[], seed: number): Promise<Outcome> {
  const places = faults.map((fault, index) => fault.place(new Random(seed, `fault ${index}`)))
  const service = new Service(places)
  const host = await service.start()
  try {
    const { total, findings } = await run(host, places, seed)
    const said = findings.filter(({ severity }) => severity === 'failure')
    return {
      requests: total.count,
      failures: total.failures,
      said,
      verdict: judge(faults, said, total.failures),
    }
  } finally {
    await service.stop()
  }
}

function judge(faults: readonly Fault[], said: readonly Finding[], failures: number): Outcome['verdict'] {
  if (failures === 0 && faults.length > 0) return 'no failure'
  const truths = faults.map(({ truth }) => truth)
  const isTrue = ({ id }: Finding): boolean => truths.some((truth) => truth.includes(id))
  if (said.some((finding) => finding.certainty === 'certain' && !isTrue(finding))) return 'confidently wrong'
  const top = said.slice(0, faults.length)
  const isFound = truths.every((truth) => top.some(({ id }) => truth.includes(id)))
  return isFound && (faults.length > 0 || said.length === 0) ? 'right' : 'wrong'
}

async function run(host: string, places: readonly FaultInPlace[], seed: number): Promise<Report> {
  const cwd = mkdtempSync(join(tmpdir(), 'proctor-laboratory-'))
  try {
    writeFileSync(join(cwd, 'it.ts'), scenario(places))
    const flags = places.flatMap((place) => place.flags ?? [])
    const load = ['-u', '20', '-r', '200', '-t', '3s', '--stop-timeout', '1s', '--seed', String(seed)]
    const machine = new FakeMachine(['run', 'it.ts', '-H', host, ...load, ...flags, '--json'], { cwd })
    await cli(machine)
    if (machine.stdout.text === '') throw new Error(machine.stderr.text)
    return JSON.parse(machine.stdout.text) as Report
  } finally {
    rmSync(cwd, { recursive: true, force: true })
  }
}

const TASKS: Readonly<Record<string, string>> = {
  list: `({ http }) => http.get('/things')`,
  read: `({ http, random }) => http.get('/things/' + random.integer(1, 40), { name: '/things/{id}' })`,
  create: `({ http, random }) => http.post('/things', { json: {
    email: 'user' + random.integer(0, 1e12) + '@example.com', name: 'Thing ' + random.pick(['Ada', 'Bo', 'Cy']),
    age: random.integer(18, 90), note: 'x'.repeat(random.integer(1, 200)), plan: random.pick(['free', 'team', 'pro']) } })`,
}

function scenario(places: readonly FaultInPlace[]): string {
  const tasks = Object.entries(
    Object.assign({}, TASKS, ...places.map((place) => place.tasks ?? {})) as typeof TASKS,
  )
  const [from, to] = places.find(({ thinkMs }) => thinkMs !== undefined)?.thinkMs ?? [15, 45]
  return `import { between, defineUser } from 'proctor'
export const Visitor = defineUser({
  waitTime: between(${from / 1000}, ${to / 1000}),
  tasks: { ${tasks.map(([name, code]) => `${name}: ${code}`).join(',\n')} },
})\n`
}
