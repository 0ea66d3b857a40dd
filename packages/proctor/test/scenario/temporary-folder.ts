import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'

/** A folder outside of the repository with the files given; gone when the test is over. Answers its path. */
export function temporaryFolder(test: TestContext, files: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'proctor test é-'))
  test.after(() => rmSync(folder, { recursive: true }))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}
