import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { pageUrls } from '../../src/page/page-urls.ts'

const INTERFACES = {
  lo: [
    { address: '127.0.0.1', family: 'IPv4', internal: true },
    { address: '::1', family: 'IPv6', internal: true },
  ],
  eth0: [
    { address: '10.0.0.5', family: 'IPv4', internal: false },
    { address: '2001:db8::5', family: 'IPv6', internal: false },
    { address: 'fe80::5', family: 'IPv6', internal: false },
  ],
  wlan0: [{ address: '169.254.7.7', family: 'IPv4', internal: false }],
} as const

suite('the links to the page', () => {
  for (const [webHost, expected] of [
    ['127.0.0.1', ['http://127.0.0.1:8089']],
    ['::1', ['http://[::1]:8089']],
    ['build.example', ['http://build.example:8089']],
    ['0.0.0.0', ['http://localhost:8089', 'http://10.0.0.5:8089']],
    ['::', ['http://localhost:8089', 'http://10.0.0.5:8089', 'http://[2001:db8::5]:8089']],
  ] as const) {
    test(`listening on ${webHost}: ${expected.join(', ')}`, () => {
      assert.deepEqual(pageUrls(webHost, 8089, INTERFACES), expected)
    })
  }
})
