import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { renderHtml } from '../../proctor/src/page/html-report.ts'
import { builtPage } from '../../proctor/src/page/static-files.ts'
import { hourOf } from './hour.ts'

const files = builtPage()!

test('a report file of an hour of ten names is under 1 MB', () => {
  const { length } = Buffer.from(renderHtml(hourOf(10), files))
  assert.ok(length < 1_000_000, `${length} bytes`)
})

test('the page itself is under 80 kB, gzipped', () => {
  const zipped = [...files].filter(([path]) => path !== '/').map(([, { body }]) => gzipSync(body).length)
  const bytes = zipped.reduce((sum, length) => sum + length, 0)
  assert.ok(bytes < 80_000, `${bytes} bytes`)
})
