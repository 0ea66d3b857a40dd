import { parseDatabase, parseFlags, UsageError } from '../arguments.ts'
import { dump } from '../postgres/dump.ts'
import { backUp } from '../store/backup.ts'
import { Interrupted } from '../store/whole-file.ts'
import type { Command, Terminal } from './command.ts'

const usage = `Usage: students-api backup FILE [options]

Copies the database to FILE, whole or not at all. A service may run on the database meanwhile.

  --db FILE  SQLite database (data/students.db)
  --force    replace FILE where it is there already
  --help     show this

With DATABASE_URL it has pg_dump write FILE, for pg_restore.
`

const options = {
  db: { type: 'string' },
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
  const database = parseDatabase(values, terminal.env)
  const target = { path: file, mayReplace: values.force }
  const source = database.engine === 'postgres' ? 'PostgreSQL' : database.path
  await untilStopped(terminal, `${file} is as it was`, (signal) =>
    database.engine === 'postgres'
      ? dump(database.url, target, { env: terminal.env, signal })
      : backUp(database.path, target, signal),
  )
  terminal.stderr.write(`${source} backed up to ${file}\n`)
}

/** Aborts the signal at the first SIGTERM or SIGINT, the work's chance to clean up; a second one ends the process. */
async function untilStopped(
  { onStop }: Terminal,
  consolation: string,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stopping = new AbortController()
  const unsubscribe = onStop(() => {
    unsubscribe()
    stopping.abort(new Interrupted(`stopped: ${consolation}`))
  })
  try {
    await work(stopping.signal)
  } finally {
    unsubscribe()
  }
}
