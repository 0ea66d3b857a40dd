import { setTimeout as delay } from 'node:timers/promises'
import { PinnedProcess } from '../pinned-process.ts'
import type { Server } from './server.ts'

const clientCore = 0
const watchMs = 250

export interface Load {
  readonly name: string
  /** What the issue asks of students-api beside the bare server. */
  readonly accepted: number
  /** The part of all requests that the figure counts. */
  readonly counted: number
  /** wrk's further arguments. */
  argv(server: Server): Promise<readonly string[]>
}

/** One run of a load on a server; void where anything was answered but with success, or the table left its size. */
export interface Run {
  readonly requestsPerSecond: number
  readonly cpuMicroseconds: number
  readonly fewest: number
  readonly most: number
  readonly complaint: string | undefined
}

export const reads: Load = {
  name: 'GET /students alone',
  accepted: 0.85,
  counted: 1,
  argv: async ({ url }) => [url],
}

const mixScript = new URL('mix.lua', import.meta.url).pathname
let runs = 0

/** A DELETE follows each POST; they take their time of the server, and no part in the figure. */
export const mix: Load = {
  name: 'two GETs to one POST, and a DELETE for each POST that is not counted',
  accepted: 0.6,
  counted: 3 / 4,
  argv: async (server) => {
    const [oldest] = await server.students()
    return ['-s', mixScript, server.url, '--', String(oldest?.id), `${process.pid}-${++runs}`]
  },
}

export async function run(
  load: Load,
  server: Server,
  size: { seconds: number; students: number },
): Promise<Run> {
  const argv = ['wrk', '-t1', '-c50', `-d${size.seconds}s`, ...(await load.argv(server))]
  const startedMs = server.cpuMs()
  await using client = await PinnedProcess.start(argv, clientCore, '/')
  const counts = await countsWhile(client, server)
  const { stdout } = await client.ended
  const cpuMs = server.cpuMs() - startedMs
  const [, requests, seconds] = /(\d+) requests in ([\d.]+)s/.exec(stdout) ?? []
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)]
  const strayed = Math.max(most - size.students, size.students - fewest) > size.students * 0.05
  const complaint =
    /Non-2xx.*|Socket errors.*/.exec(stdout)?.[0] ?? (strayed ? 'the table left its size' : undefined)
  if (requests === undefined) throw new Error(`wrk gave no figure:\n${stdout}`)
  return {
    requestsPerSecond: (Number(requests) * load.counted) / Number(seconds),
    cpuMicroseconds: (cpuMs * 1000) / Number(requests),
    fewest,
    most,
    complaint,
  }
}

/** The sizes of the table meanwhile, by asking for it. */
async function countsWhile(client: PinnedProcess, server: Server): Promise<number[]> {
  const counts: number[] = []
  while (client.running) {
    counts.push((await server.students()).length)
    await delay(watchMs)
  }
  return counts
}
