import { pino } from 'pino'
import { GatheredLines } from './gathered-lines.ts'
import { runService } from './service.ts'

// Asynchronous, so that a slow reader of the log never holds up a request.
const stdout = new GatheredLines({ write: (lines) => void destination.write(lines) })
// Before pino's own listener, which writes down what the destination holds at the end.
process.on('exit', () => stdout.flush())
const destination = pino.destination({ dest: 1, sync: false })

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
