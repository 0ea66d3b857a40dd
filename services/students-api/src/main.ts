import { enableCompileCache } from 'node:module'
import { keepYoungGenerationSmall } from './young-generation.ts'

// Before anything else is loaded: from the second start on, types need not be stripped nor code compiled anew, which
// takes most of a start's time and a fifth of the memory the service ever holds.
enableCompileCache()
const release = keepYoungGenerationSmall()
const [{ pino }, { runService }] = await Promise.all([import('pino'), import('./service.ts')])
release()

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
