import { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { UsageError } from './usage-error.ts'

/** Before the run, so that what was measured is not lost for want of a folder. */
export function checkWritable(flag: string, file: string): void {
  const folder = dirname(file)
  if (!isWritable(folder))
    throw new UsageError(`${flag}: expected a folder that can be written to, got ${folder}`)
  const found = statSync(file, { throwIfNoEntry: false })
  if (found !== undefined && !found.isFile()) {
    throw new UsageError(`${flag}: expected a file, got ${file}, which is ${kindOf(found.isDirectory())}`)
  }
}

/** A reader finds the old file or the new one, never half of it. It may hold bodies: for its owner only. */
export function writeWhole(file: string, content: string): void {
  const unfinished = `${file}.unfinished`
  rmSync(unfinished, { force: true })
  writeFileSync(unfinished, content, { mode: 0o600 })
  renameSync(unfinished, file)
}

function kindOf(isFolder: boolean): string {
  return isFolder ? 'a folder' : 'a device or the like (--json writes to standard output)'
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
