/** The service with the mistake that the durability proof must find. */
import { pino } from 'pino'
import { runService } from '../src/service.ts'
import { openStudents } from '../src/stores.ts'
import { makeHasty } from './hasty-store.ts'

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

process.exitCode = await runService(machine, async (...from) => makeHasty(await openStudents(...from)))
