import { writeFileSync } from 'node:fs'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { PinnedProcess } from './pinned-process.ts'
import { taskset, versionsOf } from './program.ts'
import { pairwiseRatios, spreadOf } from './spread.ts'
import { wrk } from './wrk.ts'

/**
 * `GET /students` at 460 students beside a bare `node:http` server that sends the same bytes: requests per second of
 * 50 connections, in pairs. `node benchmarks/api-reads.ts [PAIRS]`
 */

const STUDENTS = 460
const SECONDS = 5
const SERVER_CORE = 1
const CLIENT_CORE = 0
/** What the issue asks of the API beside the bare server. */
const ACCEPTED = 0.85

const sourceOf = (path: string): string => new URL(path, import.meta.url).pathname

const pairs = Number(process.argv[2] ?? 9)
versionsOf([taskset, wrk.program])
await using scratch = await mkdtempDisposable(join(tmpdir(), 'proctor-api-reads-'))

await using servers = new AsyncDisposableStack()

const apiPort = await freePort()
const api = sourceOf('../services/students-api/src/main.ts')
const apiArgv = [process.execPath, api, '--port', String(apiPort), '--db', join(scratch.path, 'students.db')]
servers.use(await PinnedProcess.start(apiArgv, SERVER_CORE, scratch.path))
const apiUrl = `http://127.0.0.1:${apiPort}/students`
await answers(apiUrl)
await addStudents(apiUrl)

const bodyFile = join(scratch.path, 'body.json')
const body = Buffer.from(await (await fetch(apiUrl)).arrayBuffer())
writeFileSync(bodyFile, body)
const barePort = await freePort()
const bareArgv = [process.execPath, sourceOf('bare-server.ts'), String(barePort), bodyFile]
servers.use(await PinnedProcess.start(bareArgv, SERVER_CORE, scratch.path))
const bareUrl = `http://127.0.0.1:${barePort}/students`
await answers(bareUrl)

const bareRates: number[] = []
const apiRates: number[] = []
for (let pair = 1; pair <= pairs; pair++) {
  bareRates.push(await requestsPerSecond(bareUrl))
  apiRates.push(await requestsPerSecond(apiUrl))
  console.error(`pair ${pair}/${pairs}  bare ${bareRates.at(-1)}  students-api ${apiRates.at(-1)}`)
}

const ratio = spreadOf(pairwiseRatios(bareRates, apiRates))
console.log(
  `GET /students, ${STUDENTS} students, ${body.length} bytes, 50 connections, ${pairs} pairs of ${SECONDS} s`,
)
for (const [name, rates] of [
  ['bare node:http', bareRates],
  ['students-api', apiRates],
] as const) {
  const { median, min, max } = spreadOf(rates)
  console.log(
    `${name.padEnd(15)} ${median.toFixed(0).padStart(7)} requests/s (${min.toFixed(0)}–${max.toFixed(0)})`,
  )
}
const [median, min, max] = [ratio.median, ratio.min, ratio.max].map((value) => value.toFixed(2))
console.log(`ratio ${median} (${min}–${max}); accepted ≥ ${ACCEPTED}`)
process.exitCode = ratio.median >= ACCEPTED ? 0 : 1

async function requestsPerSecond(url: string): Promise<number> {
  const argv = ['wrk', '-t1', '-c50', `-d${SECONDS}s`, url]
  await using client = await PinnedProcess.start(argv, CLIENT_CORE, scratch.path)
  const { stdout } = await client.ended
  const [, rate] = /Requests\/sec: +([\d.]+)/.exec(stdout) ?? []
  if (rate === undefined || stdout.includes('Non-2xx')) throw new Error(`wrk gave no figure:\n${stdout}`)
  return Number(rate)
}

async function addStudents(url: string): Promise<void> {
  for (let i = 0; i < STUDENTS; i++) {
    const student = {
      name: `Test User ${1000 + i}`,
      domain: 'Engineering',
      gpa: 8.25,
      email: `testuser${1000 + i}@example.com`,
    }
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(student),
    })
    if (response.status !== 201) throw new Error(`POST ${url}: expected 201, got ${response.status}`)
    await response.arrayBuffer()
  }
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const response = await fetch(url).catch(() => undefined)
    await response?.arrayBuffer()
    if (response?.ok) return
    await delay(50)
  }
  throw new Error(`${url} did not answer within 10 s`)
}
