import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'

/** The direction of imports: a folder imports only from steps above its own. Folders on one step never import each other. */
const STEPS = [
  ['clock', 'stats', 'shape', 'threshold'],
  ['http'],
  ['scenario'],
  ['evidence'],
  ['engine'],
  ['run'],
  ['history', 'server-side'],
  ['analysis'],
  ['report'],
  ['page'],
  ['cli'],
]

const SOURCE = new URL('../src/', import.meta.url).pathname
const step = (folder: string): number => STEPS.findIndex((folders) => folders.includes(folder))

test('every folder has its step', () => {
  const folders = new Set(globSync('*/**/*.ts', { cwd: SOURCE }).map((file) => file.split('/')[0]!))
  assert.deepEqual([...folders].toSorted(), STEPS.flat().toSorted())
})

for (const file of globSync('*/**/*.ts', { cwd: SOURCE })) {
  test(`${file} imports only from its own folder and from steps above`, () => {
    const folder = file.split('/')[0]!
    for (const [, path] of readFileSync(join(SOURCE, file), 'utf8').matchAll(/\bfrom '(\.[^']+)'/g)) {
      const imported = normalize(join(dirname(file), path!)).split('/')[0]!
      const allowed = imported === folder || imported === '..' || step(imported) < step(folder)
      assert.ok(allowed, `${folder} must not import ${imported}: ${path}`)
    }
  })
}
