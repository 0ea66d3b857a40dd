import { type FileHandle, open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Clock } from '../clock/clock.ts'
import { LogParser } from './log-parser.ts'
import { RotatedFiles } from './rotated-files.ts'
import { ServerSideError, type Source, type SourceListener } from './source.ts'

const LOOK_EVERY_MS = 200
const READ_BYTES = 64 * 1024
/** So much of what was read last is compared, to see whether the file was written anew. */
const FINGERPRINT_BYTES = 64
const MOST_FILES = 16
const PACKED = /\.(gz|bz2|xz|zst|zip)$/

/**
 * Follows a file from its end: through renames (what is left of the old one is read first, then what came and went between two
 * looks) and truncation. Looks five times a second, since not every file system tells of changes.
 */
export class FollowedFile implements Source {
  readonly name: string
  readonly notes: string[] = []
  readonly #clock: Clock
  readonly #pattern: RegExp | undefined
  readonly #buffer = Buffer.allocUnsafeSlow(READ_BYTES)
  #parser = new LogParser(() => {})
  #listener: SourceListener | undefined
  /** Those that were renamed away and are not read to their end yet, then the one of the name. */
  readonly #files: OpenFile[] = []
  readonly #rotated: RotatedFiles
  #looking: Promise<void> = Promise.resolve()
  #state: 'new' | 'following' | 'stopped' = 'new'
  #cancel: () => void = () => {}

  constructor(path: string, clock: Clock, pattern?: RegExp) {
    this.name = path
    this.#clock = clock
    this.#pattern = pattern
    this.#rotated = new RotatedFiles(path)
  }

  get lines(): number {
    return this.#parser.lines
  }

  get bytes(): number {
    return this.#parser.bytes
  }

  async start(listener: SourceListener): Promise<void> {
    this.#listener = listener
    this.#parser = new LogParser((entry) => listener.entry(entry, this), this.#pattern)
    const found = await stat(this.name).catch(() => undefined)
    if (found !== undefined && !found.isFile()) {
      const kind = found.isDirectory() ? 'a folder' : 'a pipe or a device: --server-log-command reads it'
      throw new ServerSideError(`expected a file to follow, got ${this.name}, which is ${kind}`)
    }
    if (found === undefined) listener.trouble('it is not there yet; it is followed once it is', this)
    else await this.#open(this.name, found.size)
    await this.#rotated.look()
    this.#state = 'following'
    this.#lookLater()
  }

  /** One look at a time, in the order in which they were asked for. */
  look(): Promise<void> {
    this.#looking = this.#looking
      .then(() => this.#look())
      .catch((error: NodeJS.ErrnoException) => {
        this.#note(`it could not be read (${error.code ?? error.message})`)
      })
    return this.#looking
  }

  async stop(): Promise<void> {
    this.#state = 'stopped'
    this.#cancel()
    await this.#looking
    this.#parser.end()
    if (this.#parser.cut > 0)
      this.#note(`${this.#parser.cut} lines were longer than 256 KiB; their beginnings were read`)
    for (const { handle } of this.#files.splice(0)) await handle.close()
  }

  #lookLater(): void {
    this.#cancel = this.#clock.after(LOOK_EVERY_MS, () => {
      void this.look().then(() => this.#state === 'following' && this.#lookLater())
    })
  }

  async #look(): Promise<void> {
    await this.#noteRotation()
    for (let [file] = this.#files; file !== undefined; [file] = this.#files) {
      await this.#readOn(file)
      if (this.#files.length === 1) return
      // Renamed away, and another in its place: once more, since it may have been written to until then.
      await this.#readOn(file)
      this.#parser.end()
      this.#files.shift()
      await file.handle.close()
    }
  }

  /** However far behind the reading is, a file that was renamed away is held open until it is read. */
  async #noteRotation(): Promise<void> {
    const there = await stat(this.name).catch(() => undefined)
    if (!there?.isFile() || there.ino === this.#files.at(-1)?.inode) return
    // It may have been renamed more than once since the last look: those between are found by what their names begin with.
    const own = new Set([there.ino, ...this.#files.map(({ inode }) => inode)])
    for (const { path, inode } of await this.#rotated.look()) {
      if (own.has(inode)) continue
      if (PACKED.test(path))
        this.#note(`${basename(path)} was packed before it was read; its lines are missing`)
      else await this.#open(path, 0)
    }
    await this.#open(this.name, 0)
  }

  async #open(path: string, position: number): Promise<void> {
    if (this.#files.length >= MOST_FILES) return this.#note('it was rotated faster than it could be read')
    const handle = await open(path, 'r')
    const inode = (await handle.stat()).ino
    if (this.#files.some((file) => file.inode === inode)) return handle.close()
    this.#files.push({ handle, inode, position, fingerprint: Buffer.alloc(0) })
  }

  async #readOn(file: OpenFile): Promise<void> {
    const { size } = await file.handle.stat()
    if (size < file.position || (size > file.position && !(await isSame(file)))) {
      this.#note('it was truncated; what was written just before may be missing')
      file.position = 0
      this.#parser.end()
    }
    let lookedAt = this.#clock.now()
    for (let isFirst = true; ; isFirst = false) {
      const { bytesRead } = await file.handle.read(this.#buffer, 0, READ_BYTES, file.position)
      if (bytesRead === 0) {
        if (isFirst) this.#parser.pause()
        return
      }
      const bytes = this.#buffer.subarray(0, bytesRead)
      file.position += bytesRead
      file.fingerprint = Buffer.from(bytes.subarray(-FINGERPRINT_BYTES))
      this.#parser.feed(bytes)
      if (this.#state === 'stopped') return
      if (this.#clock.now() - lookedAt < LOOK_EVERY_MS) continue
      lookedAt = this.#clock.now()
      await this.#noteRotation()
    }
  }

  /** Each once. */
  #note(words: string): void {
    if (this.notes.includes(words)) return
    this.notes.push(words)
    this.#listener?.trouble(words, this)
  }
}

interface OpenFile {
  readonly handle: FileHandle
  readonly inode: number
  position: number
  fingerprint: Buffer
}

/** A file that was truncated and written beyond its old length in between looks as if it had only grown. */
async function isSame({ handle, position, fingerprint }: OpenFile): Promise<boolean> {
  const { length } = fingerprint
  if (length === 0) return true
  const before = Buffer.alloc(length)
  await handle.read(before, 0, length, position - length)
  return before.equals(fingerprint)
}
