import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, parse } from 'node:path'

/** What a log was renamed to: `api.log.1`, `api.log-20260101`, `api-1.log`. */
export class RotatedFiles {
  readonly #folder: string
  readonly #own: string
  readonly #stem: string
  readonly #known = new Set<string>()

  constructor(path: string) {
    this.#folder = dirname(path)
    this.#own = basename(path)
    this.#stem = parse(path).name
  }

  /** Those that were not there at the last look, the oldest first. */
  async look(): Promise<{ path: string; inode: number }[]> {
    const names = await readdir(this.#folder).catch(() => [])
    const others = names.filter((name) => name !== this.#own && this.#isOfLog(name))
    const found = await Promise.all(others.map((name) => this.#newAt(join(this.#folder, name))))
    return found.flatMap((file) => file ?? []).toSorted((a, b) => a.writtenAt - b.writtenAt)
  }

  #isOfLog(name: string): boolean {
    return (
      name.startsWith(this.#own) ||
      (name.startsWith(this.#stem) && /^[-._]\d/.test(name.slice(this.#stem.length)))
    )
  }

  async #newAt(path: string): Promise<{ path: string; inode: number; writtenAt: number } | undefined> {
    const there = await stat(path).catch(() => undefined)
    if (there?.isFile() !== true) return undefined
    // The number of a file that was removed is given to another.
    const key = `${there.ino} ${there.birthtimeMs}`
    if (this.#known.has(key)) return undefined
    this.#known.add(key)
    return { path, inode: there.ino, writtenAt: there.mtimeMs }
  }
}
