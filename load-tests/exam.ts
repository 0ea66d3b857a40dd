import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Interrupts } from './interrupts.ts'
import { proctor, SCENARIO } from './proctor.ts'
import { startService } from './service.ts'

/**
 * The first exam: students-api on a fresh database, the seed's 50 users against it for 60 s, the table.
 *
 * Exit code 0 when the run was completed, was not void, and every failure was a 409; it is a demonstration, and the
 * seed's own e-mails repeat. Any other end has the code of `proctor run`.
 */

const USAGE = `usage: npm run exam -- [--port 5000] [--run-time 60s] [--json-file FILE] [--no-history]

Starts students-api on a fresh database, runs the seed's 50 users against it, prints the table, stops everything.
`

interface ExamOptions {
  port: string
  runTime: string
  /** Where the report is kept; in the exam's own folder, and so not at all, unless given. */
  jsonFile: string | undefined
  /** Whether the run is kept in .proctor/, as others are. */
  history: boolean
}

/** The parts of a report by which the exam is judged. */
interface ExamReport {
  failures: { example: { response: { status: number } | null } | null }[]
  exceptions: unknown[]
}

async function main(argv: string[]): Promise<number> {
  const options = parseOptions(argv)
  if (typeof options === 'number') return options
  const interrupts = new Interrupts()
  const folder = mkdtempSync(join(tmpdir(), 'proctor-exam-'))
  try {
    return await examine(folder, options, interrupts)
  } finally {
    rmSync(folder, { recursive: true, force: true })
    interrupts.end()
  }
}

async function examine(folder: string, options: ExamOptions, interrupts: Interrupts): Promise<number> {
  const service = await startService(folder, options.port, interrupts.signal)
  if (service === undefined) return interrupts.signal.aborted ? 130 : 1
  const jsonFile = options.jsonFile ?? join(folder, 'report.json')
  try {
    process.stdout.write(`students-api is at ${service.url}, its database fresh; the seed's run begins.\n\n`)
    const load = ['-u', '50', '-r', '5', '-t', options.runTime]
    const args = [
      'run',
      SCENARIO,
      '-H',
      service.url,
      ...load,
      '--server-log',
      service.logFile,
      '--json-file',
      jsonFile,
      ...(options.history ? [] : ['--no-history']),
    ]
    const code = await proctor(args, interrupts)
    return code === 1 && existsSync(jsonFile) ? judge(jsonFile) : code
  } finally {
    await service.stop()
  }
}

/** A run with failures passes the exam when each is the 409 that a repeated e-mail deserves. */
function judge(jsonFile: string): number {
  const report = JSON.parse(readFileSync(jsonFile, 'utf8')) as ExamReport
  const isConflict = report.failures.map(({ example }) => example?.response?.status === 409)
  if (report.exceptions.length > 0 || isConflict.includes(false)) return 1
  process.stdout.write(
    '\nThe exam is passed: every failure is a 409, the answer to an e-mail that was used before.\n',
  )
  return 0
}

function parseOptions(argv: string[]): ExamOptions | number {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        port: { type: 'string', default: '5000' },
        'run-time': { type: 'string', short: 't', default: '60s' },
        'json-file': { type: 'string' },
        'no-history': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (values.help) {
      process.stdout.write(USAGE)
      return 0
    }
    return {
      port: values.port,
      runTime: values['run-time'],
      jsonFile: values['json-file'],
      history: !values['no-history'],
    }
  } catch (error) {
    process.stderr.write(`exam: ${(error as Error).message}\n${USAGE}`)
    return 2
  }
}

process.exitCode = await main(process.argv.slice(2))
