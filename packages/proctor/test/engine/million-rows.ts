import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { Feeds } from '../../src/engine/feeds.ts'
import { csv } from '../../src/scenario/feed.ts'
import { Random } from '../../src/scenario/random.ts'
import { Signal } from '../../src/scenario/signal.ts'

/**
 * `npm run check:rows`: 1,000,000 rows are handed to 4 workers; says how many came twice, how many never, and the memory it took.
 * `-- --rows 5000000 --workers 1` is a file of 1 GB.
 */

const { rows: ROWS, workers: WORKERS } = counts()
const PADDING = 'x'.repeat(200)

/** What grows with the file would, in the last quarter, be well above the second; a heap that is still warming up is not. */
const MOST_GROWTH = 1.5

function counts(): { rows: number; workers: number } {
  if (!isMainThread) return (workerData as Task).counts
  const options = {
    rows: { type: 'string', default: '1000000' },
    workers: { type: 'string', default: '4' },
  } as const
  const { rows, workers } = parseArgs({ options }).values
  return { rows: Number(rows), workers: Number(workers) }
}

interface Task {
  readonly counts: { readonly rows: number; readonly workers: number }
  readonly file: string
  readonly worker: number
  readonly times: SharedArrayBuffer
}

async function takeAll({ file, worker, times }: Task): Promise<void> {
  const seen = new Uint8Array(times)
  const feeds = new Feeds({ worker, of: WORKERS }, 1)
  const rows = csv<{ id: string; padding: string }>(file, { whenDone: 'stop' })
  const taker = { random: new Random(1, 'taker') }
  try {
    for (;;) Atomics.add(seen, Number((await feeds.take(rows, taker)).id), 1)
  } catch (error) {
    if (!(error instanceof Signal)) throw error
  }
}

async function writeRows(file: string): Promise<void> {
  const stream = createWriteStream(file)
  stream.write('id,padding\n')
  for (let id = 0; id < ROWS; id++) {
    if (!stream.write(`${id},"${PADDING}"\n`)) await once(stream, 'drain')
  }
  stream.end()
  await once(stream, 'finish')
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(0)} MiB`
}

/** The mean of a quarter of them. */
function quarter(values: readonly number[], index: number): number {
  const part = values.slice((index * values.length) / 4, ((index + 1) * values.length) / 4)
  return part.reduce((sum, value) => sum + value, 0) / part.length
}

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'proctor-rows-'))
  try {
    const file = join(folder, 'rows.csv')
    await writeRows(file)
    const times = new SharedArrayBuffer(ROWS)
    const startedAt = performance.now()
    const resident: number[] = []
    const watch = setInterval(() => resident.push(process.memoryUsage.rss()), 50)
    const workers = Array.from({ length: WORKERS }, (_, worker) => {
      const task: Task = { counts: { rows: ROWS, workers: WORKERS }, file, worker, times }
      return once(new Worker(new URL(import.meta.url), { workerData: task }), 'exit')
    })
    await Promise.all(workers)
    clearInterval(watch)
    const seen = new Uint8Array(times)
    const twice = seen.filter((count) => count > 1).length
    const missing = seen.filter((count) => count === 0).length
    const [second, last] = [quarter(resident, 1), quarter(resident, 3)]
    const took = ((performance.now() - startedAt) / 1000).toFixed(1)
    process.stdout.write(
      `${ROWS} rows (${megabytes(statSync(file).size)}) to ${WORKERS} workers in ${took} s: ${twice} twice, ${missing} missing; resident ${megabytes(second)} in the second quarter of the time, ${megabytes(last)} in the last\n`,
    )
    return twice + missing === 0 && last <= MOST_GROWTH * second ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true })
  }
}

if (isMainThread) process.exitCode = await main()
else await takeAll(workerData as Task)
