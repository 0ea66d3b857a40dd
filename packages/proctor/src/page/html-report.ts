import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { Report } from '../report/report.ts'
import { secondsByName } from './encode.ts'
import { clippedTo, tickOf } from './report-tick.ts'
import type { StaticFile } from './static-files.ts'
import type { RunInFile, RunState, Tick } from './wire.ts'

/** The page with a run inside, in one file that needs nothing else: no server, no network. */
export function renderHtml(
  report: Report,
  files: ReadonlyMap<string, StaticFile>,
  state: RunState = 'completed',
): string {
  const inside: RunInFile = {
    tick: shortened(tickOf(report, state)),
    names: Object.fromEntries(secondsByName(report.timeline)),
  }
  const run = gzipSync(JSON.stringify(inside), { level: 9 }).toString('base64')
  const script = contentOf(files, '.js').replaceAll('</script', '<\\/script')
  const style = contentOf(files, '.css')
  const policy = `default-src 'none'; script-src '${hash(script)}'; style-src '${hash(style)}'; img-src data: blob:`
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="content-security-policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Proctor: ${escaped(report.scenario)} against ${escaped(report.host)}</title>
    <style>${style}</style>
  </head>
  <body>
    <div id="page"></div>
    <script type="text/plain" id="run">${run}</script>
    <script type="module">${script}</script>
  </body>
</html>
`
}

/** Characters that the bodies of all examples have together: a file is sent around. */
const ROOM_FOR_BODIES = 200_000
/** What each has however many there are. */
const LEAST_CHARACTERS = 300

/** Where there are many signatures, less of each example's bodies. */
function shortened(tick: Tick): Tick {
  const most = Math.max(LEAST_CHARACTERS, Math.floor(ROOM_FOR_BODIES / (2 * tick.failures.length)))
  const failures = tick.failures.map((failure) => {
    const { example } = failure
    return example === undefined || example === null
      ? failure
      : { ...failure, example: clippedTo(example, most) }
  })
  return { ...tick, failures }
}

function contentOf(files: ReadonlyMap<string, StaticFile>, ending: string): string {
  return [...files]
    .filter(([path]) => path.endsWith(ending))
    .map(([, { body }]) => body.toString())
    .join('\n')
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
