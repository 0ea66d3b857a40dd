import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { TRANSPORT_ERRORS } from '../../src/http/transport-error.ts'

test('docs/reference.md has every code and its sentence', () => {
  const page = readFileSync(new URL('../../../../docs/reference.md', import.meta.url), 'utf8')
  const section = page.slice(0, page.indexOf('## The report'))
  const rows = [...section.matchAll(/^\| `([a-z0-9-]+)` +\| (.+?) +\|$/gm)].map(([, code, sentence]) => [
    code,
    sentence,
  ])
  assert.deepEqual(Object.fromEntries(rows), TRANSPORT_ERRORS)
})
