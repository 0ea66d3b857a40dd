import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderJunit } from '../../src/report/junit.ts'
import { judged, recordOf } from './run-fixture.ts'

test('requests, thresholds and the generator are test cases', () => {
  const asked = [
    { name: '/a', count: 10 },
    { name: '/b', count: 10, failures: 3 },
  ]
  const xml = renderJunit(recordOf(asked, 1, [], judged('p99<1s, failures<1%', asked)))
  assert.match(xml, /<testsuites tests="5" failures="2" time="1">/)
  assert.match(xml, /<testcase classname="requests" name="GET \/a"\/>/)
  assert.match(
    xml,
    /name="GET \/b">\s+<failure message="3 of 10 failed \(30\.0 %\)">.*3 × 500 Internal Server Error/,
  )
  assert.match(xml, /classname="thresholds" name="p99&lt;1s"\/>/)
  assert.match(xml, /classname="thresholds" name="failures&lt;1%">\s+<failure/)
})

test('what a service says is text, whatever it says', () => {
  const xml = renderJunit(
    recordOf([{ name: '/<"&\u0000\ud800>', count: 1, failures: 1, signature: ']]></failure><x a="\u0007' }]),
  )
  assert.match(xml, /name="GET \/&lt;&quot;&amp;\ufffd\ufffd&gt;"/)
  assert.ok(!xml.includes('<x a'))
})
