import { parseDatabase, parseFlags, UsageError } from '../arguments.ts'
import { vacuum as rebuild } from '../store/vacuum.ts'
import type { Command } from './command.ts'

const usage = `Usage: students-api vacuum [options]

Rebuilds the database file, so that no byte is left of what was deleted or erased. A service may run on the database
meanwhile: its writes wait, about 1 s for each 100,000 students.

  --db FILE  SQLite database (data/students.db)
  --help     show this

With DATABASE_URL it is no use: PostgreSQL vacuums by itself.
`

const options = {
  db: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

/** `vacuum`: leaves of erased students nothing in unused parts of the file either. */
export const vacuum: Command = async (argv, terminal) => {
  const { values, positionals } = parseFlags(argv, options)
  if (values.help) {
    terminal.stdout.write(usage)
    return
  }
  if (positionals.length > 0) throw new UsageError('vacuum takes no argument but --db FILE')
  const database = parseDatabase(values, terminal.env)
  if (database.engine === 'postgres') {
    throw new UsageError(
      'vacuum rebuilds an SQLite file; PostgreSQL has autovacuum, or: psql -c "VACUUM FULL"',
    )
  }
  const { before, after } = rebuild(database.path)
  terminal.stderr.write(`${database.path} rebuilt: ${shown(before)} before, ${shown(after)} now\n`)
}

function shown(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
