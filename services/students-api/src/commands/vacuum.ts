import { parseFlags, UsageError } from '../arguments.ts'
import { vacuum as rebuild } from '../store/vacuum.ts'
import type { Command } from './command.ts'

const usage = `Usage: students-api vacuum [options]

Rebuilds the database file, so that no byte is left of what was deleted or erased. A service may run on the database
meanwhile: its writes wait, about 1 s for each 100,000 students.

  --db FILE  SQLite database (data/students.db)
  --help     show this
`

const options = {
  db: { type: 'string', default: 'data/students.db' },
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
  const { before, after } = rebuild(values.db)
  terminal.stderr.write(`${values.db} rebuilt: ${shown(before)} before, ${shown(after)} now\n`)
}

function shown(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
