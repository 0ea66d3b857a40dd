import { parseDatabase, parseFlags, UsageError } from '../arguments.ts'
import { systemClock } from '../clock.ts'
import { fill } from '../seed/fill.ts'
import { plausibleStudents } from '../seed/plausible-students.ts'
import { openStudents } from '../stores.ts'
import type { StudentWriter } from '../students/student-store.ts'
import type { Command, Terminal } from './command.ts'

const usage = `Usage: students-api seed COUNT [options]

Adds COUNT plausible students, the same for the same --seed. A service may run on the database meanwhile.

  --seed N   which students: 0 to 4294967295 (1)
  --db FILE  SQLite database, made where missing (data/students.db)
  --help     show this

With DATABASE_URL they are added in PostgreSQL.
`

const options = {
  seed: { type: 'string', default: '1' },
  db: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

const mostStudents = 10_000_000
const mostSeed = 2 ** 32 - 1
const progressEveryMs = 1000

/** `seed COUNT`: fills a database. */
export const seed: Command = async (argv, terminal) => {
  const { values, positionals } = parseFlags(argv, options)
  if (values.help) {
    terminal.stdout.write(usage)
    return
  }
  const [word, ...rest] = positionals
  if (word === undefined || rest.length > 0) throw new UsageError('seed takes one number, as in: seed 100000')
  const count = wholeNumber('seed', word, 1, mostStudents)
  const which = wholeNumber('--seed', values.seed, 0, mostSeed)
  await using store = await openStudents(parseDatabase(values, terminal.env), systemClock)
  await seedStore(store, count, which, terminal)
}

async function seedStore(store: StudentWriter, count: number, which: number, { stderr }: Terminal) {
  const startedMs = systemClock.elapsedMs()
  let toldMs = startedMs
  let filled = { added: 0, known: 0 }
  for await (filled of fill(store, plausibleStudents(count, which), systemClock)) {
    if (systemClock.elapsedMs() - toldMs < progressEveryMs) continue
    toldMs = systemClock.elapsedMs()
    const rows = filled.added + filled.known
    stderr.write(`${shown(rows)} of ${shown(count)} students, ${rate(rows, toldMs - startedMs)}\n`)
  }
  const ms = systemClock.elapsedMs() - startedMs
  const known = filled.known === 0 ? '' : `; ${shown(filled.known)} were there already`
  stderr.write(
    `${shown(filled.added)} students added in ${(ms / 1000).toFixed(1)} s, ${rate(count, ms)}${known}\n`,
  )
}

function wholeNumber(what: string, text: string, least: number, most: number): number {
  const number = Number(text)
  if (/^\d{1,15}$/.test(text) && number >= least && number <= most) return number
  throw new UsageError(`${what} takes a whole number from ${least} to ${most}, not "${text}"`)
}

function shown(count: number): string {
  return count.toLocaleString('en')
}

function rate(count: number, ms: number): string {
  return `${shown(Math.round((count * 1000) / ms))} rows/s`
}
