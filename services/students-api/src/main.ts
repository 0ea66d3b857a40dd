import { pino } from 'pino'
import { runService } from './service.ts'

// Asynchronous, so that a slow reader of the log never holds up a request; pino flushes what is left at exit.
const stdout = pino.destination({ dest: 1, sync: false })

process.exitCode = await runService({
  argv: process.argv.slice(2),
  env: process.env,
  stdout,
  stderr: process.stderr,
  onStop(listener) {
    process.on('SIGTERM', listener).on('SIGINT', listener)
    return () => void process.off('SIGTERM', listener).off('SIGINT', listener)
  },
})
