import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { renderHtml } from '../../proctor/src/page/html-report.ts'
import { builtPage } from '../../proctor/src/page/static-files.ts'
import type { RunInFile } from '../../proctor/src/page/wire.ts'
import type { Report } from '../../proctor/src/report/report.ts'
import { hourOf, noisyHourOf, withLargeBodies } from './hour.ts'

const files = builtPage()!

for (const [what, report] of [
  ['an hour of ten names', () => hourOf(10)],
  ['an hour of ten names, all figures by chance', () => noisyHourOf(10)],
  ['an hour of ten names and 99 signatures with large bodies', () => withLargeBodies(hourOf(10), 99)],
] as const) {
  test(`a report file of ${what} is under 1 MB`, () => {
    const { length } = Buffer.from(renderHtml(report(), files))
    assert.ok(length < 1_000_000, `${length} bytes`)
  })
}

test('where bodies of a report are cut, that is said; of few signatures more is there', () => {
  const [few, many] = [1, 99].map((signatures) => bodyIn(withLargeBodies(hourOf(1), signatures)))
  assert.ok(few!.length > many!.length)
  for (const body of [few!, many!]) assert.match(body, /\w{300}… \(cut here; the JSON report has more\)$/)
})

/** Of the first failure's answer, as the file has it. */
function bodyIn(report: Report): string {
  const [, zipped] = /id="run">([^<]+)</.exec(renderHtml(report, files))!
  const { tick } = JSON.parse(gunzipSync(Buffer.from(zipped!, 'base64')).toString()) as RunInFile
  return tick.failures[0]!.example!.response!.body
}

test('the page itself is under 80 kB, gzipped', () => {
  const zipped = [...files].filter(([path]) => path !== '/').map(([, { body }]) => gzipSync(body).length)
  const bytes = zipped.reduce((sum, length) => sum + length, 0)
  assert.ok(bytes < 80_000, `${bytes} bytes`)
})
