/** The service with the mistake that the durability proof must find. */
import { pino } from 'pino'
import { runService } from '../src/service.ts'
import { HastyStudentStore } from './hasty-student-store.ts'

const machine = {
  argv: process.argv.slice(2),
  env: process.env,
  stdout: pino.destination(1),
  stderr: process.stderr,
  onStop: (listener: () => void) => {
    process.on('SIGTERM', listener)
    return () => void process.off('SIGTERM', listener)
  },
}

process.exitCode = await runService(machine, async (database) => {
  if (database.engine !== 'sqlite') throw new Error('the hasty store is one of SQLite')
  return new HastyStudentStore(database.path)
})
