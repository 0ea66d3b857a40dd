import { existsSync, globSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

/** A file of the built page. */
export interface StaticFile {
  readonly type: string
  readonly body: Buffer
  readonly zipped: Buffer
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Where `npm install` has built it: in the workspace, or in the package. */
const FOLDERS = ['../../../proctor-ui/dist', '../../page'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
)

/** The built page by path, `/` included; `undefined` where it is not built. */
export function builtPage(): ReadonlyMap<string, StaticFile> | undefined {
  const folder = FOLDERS.find((path) => existsSync(join(path, 'index.html')))
  if (folder === undefined) return undefined
  const files = globSync('**/*.*', { cwd: folder }).map((path): [string, StaticFile] => {
    const body = readFileSync(join(folder, path))
    const type = TYPES[extname(path)] ?? 'application/octet-stream'
    return [`/${path.replaceAll('\\', '/')}`, { type, body, zipped: gzipSync(body) }]
  })
  const page = new Map(files)
  return page.set('/', page.get('/index.html')!)
}
