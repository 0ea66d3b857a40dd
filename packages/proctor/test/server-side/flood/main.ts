import { spawn } from 'node:child_process'
import { appendFileSync, closeSync, mkdtempSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '../../../src/clock/clock.ts'
import { Redaction } from '../../../src/evidence/redaction.ts'
import { FollowedFile } from '../../../src/server-side/followed-file.ts'
import { ServerSide } from '../../../src/server-side/server-side.ts'
import { recordOf } from '../../report/run-fixture.ts'

/**
 * `npm run flood:logs`: a log of some hundred megabytes, written as fast as a process can, rotated twice (whenever that is: between two looks, too), with lines of a
 * megabyte, invalid UTF-8 and stacks in it, is followed. Told: what was read, how fast, and how much the memory grew. Exit
 * code 0 where nothing was lost and it grew by less than 200 MB.
 */
const MOST_GROWTH_MB = 200
const { values } = parseArgs({
  options: { megabytes: { type: 'string', default: '400' }, write: { type: 'string' } },
})

if (values.write === undefined) process.exitCode = await flood(Number(values.megabytes))
else write(values.write, Number(values.megabytes))

async function flood(megabytes: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'proctor-flood-'))
  try {
    const path = join(folder, 'api.log')
    appendFileSync(path, 'from before\n')
    return await follow(path, megabytes)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function follow(path: string, megabytes: number): Promise<number> {
  const file = new FollowedFile(path, systemClock)
  const side = new ServerSide([file], { clock: systemClock, redaction: new Redaction(), say: console.log })
  await side.start()
  globalThis.gc?.()
  const before = process.memoryUsage().rss
  let peak = before
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss)
  }, 50)
  const startedAt = performance.now()
  const writer = spawn(process.execPath, [
    import.meta.filename,
    '--write',
    path,
    '--megabytes',
    String(megabytes),
  ])
  let written = ''
  writer.stdout.on('data', (text: Buffer) => (written += text.toString()))
  await new Promise((resolve) => writer.on('exit', resolve))
  const writtenAt = performance.now()
  const record = await side.end(recordOf([]))
  clearInterval(watch)
  const readAt = performance.now()
  const { lines, bytes } = JSON.parse(written) as { lines: number; bytes: number }
  const [source] = record.server!.sources
  const grewMb = (peak - before) / 1e6
  console.log(
    `written: ${lines} lines, ${(bytes / 1e6).toFixed(0)} MB in ${((writtenAt - startedAt) / 1000).toFixed(1)} s`,
  )
  console.log(
    `read:    ${source!.lines} lines, ${(source!.bytes / 1e6).toFixed(0)} MB, ${((readAt - writtenAt) / 1000).toFixed(1)} s after the last`,
  )
  console.log(
    `memory:  ${(before / 1e6).toFixed(0)} MB before, at most ${grewMb.toFixed(0)} MB more; accepted < ${MOST_GROWTH_MB}`,
  )
  for (const note of source!.notes) console.log(`told:    ${note}`)
  for (const { level, message, count } of record.server!.messages.slice(0, 3))
    console.log(`said:    ${count} × ${level} ${message}`)
  return source!.lines === lines && source!.bytes === bytes && grewMb < MOST_GROWTH_MB ? 0 : 1
}

/** Writes the log, in another process: whoever follows it has to keep up. */
function write(path: string, megabytes: number): void {
  const thirds = [1 / 3, 2 / 3, Infinity].map((share) => share * megabytes * 1e6)
  let [lines, bytes, third] = [0, 0, 0]
  let log = openSync(path, 'a')
  while (bytes < megabytes * 1e6) {
    const chunk = chunkOf(lines)
    writeSync(log, chunk.bytes)
    lines += chunk.lines
    bytes += chunk.bytes.length
    if (bytes < thirds[third]!) continue
    closeSync(log)
    renameSync(path, `${path}.${++third}`)
    log = openSync(path, 'a')
  }
  closeSync(log)
  process.stdout.write(JSON.stringify({ lines, bytes }))
}

function chunkOf(from: number): { bytes: Buffer; lines: number } {
  const parts: (string | Buffer)[] = []
  for (let line = from; line < from + 1_000; line++) {
    const traceId = (line * 7_919).toString(16).padStart(32, '0')
    parts.push(
      `{"level":30,"time":${1_767_225_600_000 + line},"requestId":"${traceId}","msg":"request","route":"/students","status":200}\n`,
    )
  }
  parts.push('{"level":50,"msg":"pool exhausted","err":{"message":"timeout"}}\n')
  parts.push('Error: boom\n    at f (/a.js:1:2)\n    at g (/a.js:3:4)\n')
  parts.push(Buffer.from([0xff, 0xfe, 0x80, 0x0a]))
  let lines = 1_000 + 1 + 3 + 1
  if (from % 50_000 < 1_005) {
    parts.push(`{"level":40,"msg":"${'x'.repeat(1_000_000)}"}\n`)
    lines += 1
  }
  return { bytes: Buffer.concat(parts.map((part) => Buffer.from(part as string))), lines }
}
