import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import { keepYoungGenerationSmall } from './young-generation.ts'

// Before anything else is loaded: from the second start on, types need not be stripped nor code compiled anew, which
// takes most of a start's time and a tenth of the memory the service ever holds. Beside the packages it is made of, so
// that nothing is left elsewhere; where that can't be written, it does without.
enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/students-api', import.meta.url)))
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
