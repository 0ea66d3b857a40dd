import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { DatabaseUnusable } from './database.ts'

const allPages = 2 ** 31 - 1

/** The backup cannot be made; the message is one line that names the next step. */
export class CannotBackUp extends Error {
  override readonly name = 'CannotBackUp'
}

/**
 * Copies the database in `from` to the file `to`: one state of it, also while others write. The file is there whole and on
 * the disk, or not at all.
 * @throws {CannotBackUp | DatabaseUnusable}
 */
export async function backUp(from: string, to: string, mayReplace: boolean): Promise<void> {
  if (!existsSync(from)) throw new DatabaseUnusable(`no database is at ${from}: pass --db FILE`)
  refuseExisting(from, to, mayReplace)
  const partial = `${to}.${process.pid}.partial`
  try {
    await copy(from, partial)
    sync(partial)
    // A link, unlike a rename, fails where a file has come to be there meanwhile.
    if (mayReplace) renameSync(partial, to)
    else linkSync(partial, to)
    sync(dirname(to))
  } catch (error) {
    throw new CannotBackUp(`cannot back up ${from} to ${to}: ${reason(error)}`, { cause: error })
  } finally {
    for (const leftover of [partial, `${partial}-journal`]) rmSync(leftover, { force: true })
  }
}

function refuseExisting(from: string, to: string, mayReplace: boolean): void {
  const target = statSync(to, { throwIfNoEntry: false })
  if (!target) return
  const source = statSync(from)
  if (target.ino === source.ino && target.dev === source.dev) {
    throw new CannotBackUp(`${to} is the database itself: name another file`)
  }
  if (target.isDirectory()) throw new CannotBackUp(`${to} is a folder: name a file`)
  if (!mayReplace) throw new CannotBackUp(`${to} is there already: name another file, or pass --force`)
}

/** All pages in one step and so in one read transaction: between steps, each write of another would begin it anew. */
async function copy(from: string, to: string): Promise<void> {
  using db = new DatabaseSync(from, { readOnly: true, timeout: 5000 })
  await backup(db, to, { rate: allPages })
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
