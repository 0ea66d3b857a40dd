import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { CLAIMS, type Report, type Truth } from './why/claims.ts'
import { StudentsService } from './why/students-service.ts'
import { type Variant, VARIANTS } from './why/variants.ts'

/**
 * The seed's run, and the same with another source of numbers, field, range and status: what Proctor says of each by
 * itself, beside what is true. The runs go on side by side; each is 31 requests a second.
 */

const USAGE = `usage: npm run exam:why -- [--run-time 60s]

Runs the seed's 50 users against five services that refuse a repeated value, and compares what is said with the truth.
Exit code 0 when all of it was said, is true, and no run was void.
The range is told as a 95 % interval: of twenty one does not have the truth in it.
`
const PROCTOR = new URL('../packages/proctor/bin/proctor.js', import.meta.url).pathname
const SCENARIO = new URL('why/scenario.ts', import.meta.url).pathname
/** Exit codes of a run that went to its end. */
const MEASURED: ReadonlySet<number | null> = new Set([0, 1, 3])
/** A process that starts takes a core for about a second. */
const APART_MS = 2_000

interface Examined {
  readonly report: Report
  readonly truth: Truth
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      'run-time': { type: 'string', short: 't', default: '60s' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(USAGE)
    return 0
  }
  // The terminal sends it to the runs as well: they end, and so does this, with nothing left behind.
  process.on('SIGINT', () => {})
  const folder = mkdtempSync(join(tmpdir(), 'proctor-why-'))
  try {
    const held = await Promise.all(
      VARIANTS.map(async (variant, index) => {
        await delay(index * APART_MS)
        const examined = await examine(variant, join(folder, `${index}.json`), values['run-time'])
        return tell(variant, examined)
      }),
    )
    return held.includes(false) ? 1 : 0
  } catch (error) {
    process.stderr.write(`exam:why: ${(error as Error).message}\n`)
    return 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function examine(variant: Variant, file: string, runTime: string): Promise<Examined> {
  const { key, from, to, isUnseeded, refusal } = variant
  const service = new StudentsService(key, refusal)
  const host = await service.start()
  try {
    const load = ['-u', '50', '-r', '5', '-t', runTime, '--no-history', '--json-file', file]
    const own = ['--field', key, '--from', String(from), '--to', String(to)]
    const args = [
      PROCTOR,
      'run',
      SCENARIO,
      '-H',
      host,
      ...load,
      ...own,
      ...(isUnseeded ? ['--unseeded'] : []),
    ]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
    const [code] = (await once(child, 'exit')) as [number | null]
    if (!MEASURED.has(code)) throw new Error(`the run “${variant.name}” ended with ${code ?? 'a signal'}`)
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report
    return { report, truth: { ...service.counted, key, values: to - from + 1, status: refusal.status } }
  } finally {
    await service.stop()
  }
}

/** Whether all that is to be said of the run was said, and is true. */
function tell({ name, isUnseeded }: Variant, { report, truth }: Examined): boolean {
  const { verdict } = report.generator
  const drawn = `${truth.key} of ${truth.values} values${isUnseeded ? ', unseeded' : ''}`
  const counts = `${truth.refused} of ${truth.created + truth.refused} POSTs refused`
  process.stdout.write(`\n${name}: ${drawn}; ${counts} with ${truth.status}; the run was ${verdict}\n`)
  // 409 is what a client's mistake deserves; another 4xx is a matter of taste.
  const claims = CLAIMS.filter((claim) => truth.status >= 500 || !claim.name.includes('500'))
  const held = claims.map((claim) => {
    const words = claim.words(report)
    const isTrue = words !== undefined && claim.isTrue(words, truth, report)
    process.stdout.write(`  ${isTrue ? '✓' : '✗'} ${claim.name}\n      ${words ?? 'nothing was said'}\n`)
    return isTrue
  })
  return verdict !== 'void' && !held.includes(false)
}

process.exitCode = await main()
