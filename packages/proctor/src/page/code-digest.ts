import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A number of its own for every version, also of those between two releases: what is found depends on any of it. */
export function digestOfCode(): string {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const hash = createHash('sha256')
  for (const file of globSync('**/*.{ts,js}', { cwd: root }).toSorted())
    hash.update(readFileSync(`${root}${file}`))
  return hash.digest('base64url')
}
