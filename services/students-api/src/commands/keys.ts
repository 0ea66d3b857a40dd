import { parseKeysCommand, runKeysCommand } from '../auth/keys-command.ts'
import { systemClock } from '../clock.ts'
import { openKeys } from '../stores.ts'
import type { Command } from './command.ts'

const usage = `Usage: students-api keys create --scope read,write,admin [--name NAME] [--db FILE]
       students-api keys list [--db FILE]
       students-api keys revoke ID [--db FILE]

Once there is a key, the service asks for one; a running one knows it within a second.

  --scope SCOPES  one or more of read, write and admin, with commas between
  --name NAME     what the list tells it by
  --db FILE       SQLite database, made where missing (data/students.db)
  --help          show this

With DATABASE_URL the keys are those in PostgreSQL.
`

/** `keys …`: makes, lists and revokes API keys. */
export const keys: Command = async (argv, { stdout, env }) => {
  const command = parseKeysCommand(argv, env)
  if (command === 'help') {
    stdout.write(usage)
    return
  }
  await using store = await openKeys(command.database, systemClock)
  stdout.write(await runKeysCommand(command, store, systemClock.now()))
}
