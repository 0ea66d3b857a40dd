import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** The backup cannot be made; the message is one line that names the next step. */
export class CannotBackUp extends Error {
  override readonly name = 'CannotBackUp'
}

/** Whoever started it wants it to stop. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/** A file to be made. */
export interface Target {
  path: string
  /** Whether it may take the place of one that is there. */
  mayReplace: boolean
}

/**
 * Makes a file: whole and on the disk, or not at all.
 * @param write Writes all of it to the path given, beside the target.
 */
export async function writeWhole(
  { path, mayReplace }: Target,
  write: (path: string) => Promise<void>,
): Promise<void> {
  refuseExisting(path, mayReplace)
  const partial = `${path}.${process.pid}.partial`
  try {
    await write(partial)
    sync(partial)
    // A link, unlike a rename, fails where a file has come to be there meanwhile.
    if (mayReplace) renameSync(partial, path)
    else linkSync(partial, path)
    sync(dirname(path))
  } catch (error) {
    if (error instanceof Interrupted || error instanceof CannotBackUp) throw error
    throw new CannotBackUp(`cannot back up to ${path}: ${reason(error)}`, { cause: error })
  } finally {
    for (const leftover of [partial, `${partial}-journal`]) rmSync(leftover, { force: true })
  }
}

function refuseExisting(path: string, mayReplace: boolean): void {
  const target = statSync(path, { throwIfNoEntry: false })
  if (!target) return
  if (target.isDirectory()) throw new CannotBackUp(`${path} is a folder: name a file`)
  if (!mayReplace) throw new CannotBackUp(`${path} is there already: name another file, or pass --force`)
}

function sync(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'EEXIST') return 'it is there already; name another file, or pass --force'
  return error instanceof Error ? error.message : String(error)
}
