import { parseFlags, UsageError } from '../arguments.ts'
import { backUp } from '../store/backup.ts'
import type { Command } from './command.ts'

const usage = `Usage: students-api backup FILE [options]

Copies the database to FILE, whole or not at all. A service may run on the database meanwhile.

  --db FILE  SQLite database (data/students.db)
  --force    replace FILE where it is there already
  --help     show this
`

const options = {
  db: { type: 'string', default: 'data/students.db' },
  force: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/** `backup FILE`: one consistent state of the database. */
export const backup: Command = async (argv, terminal) => {
  const { values, positionals } = parseFlags(argv, options)
  if (values.help) {
    terminal.stdout.write(usage)
    return
  }
  const [file, ...rest] = positionals
  if (!file || rest.length > 0)
    throw new UsageError('backup takes one file, as in: backup students-backup.db')
  await backUp(values.db, file, values.force)
  terminal.stderr.write(`${values.db} backed up to ${file}\n`)
}
