import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { CookieJar, type CookieSite, MAX_JAR } from '../../src/http/cookie-jar.ts'
import { TransportError } from '../../src/http/transport-error.ts'
import { fate, ok, Rig } from './rig.ts'

const NOW = Date.UTC(2026, 0, 1)
const at = (url: string, now = NOW): CookieSite => {
  const { hostname, protocol, pathname } = new URL(url)
  return { host: hostname, isSecure: protocol === 'https:', path: pathname, now }
}

suite('which cookies go where', () => {
  const cases: [what: string, setAt: string, header: string, askedAt: string, sent: string | undefined][] = [
    ['the host itself', 'http://a.test/', 'n=v', 'http://a.test/x', 'n=v'],
    ['not a host below', 'http://a.test/', 'n=v', 'http://b.a.test/', undefined],
    ['with Domain a host below, too', 'http://a.test/', 'n=v; Domain=a.test', 'http://b.a.test/', 'n=v'],
    ['a leading dot is no matter', 'http://a.test/', 'n=v; domain=.A.test', 'http://b.a.test/', 'n=v'],
    ['not a host that merely ends so', 'http://a.test/', 'n=v; Domain=a.test', 'http://xa.test/', undefined],
    ['not for another host', 'http://a.test/', 'n=v; Domain=b.test', 'http://b.test/', undefined],
    ['not for a host below', 'http://a.test/', 'n=v; Domain=b.a.test', 'http://b.a.test/', undefined],
    ['not for a whole top-level domain', 'http://a.test/', 'n=v; Domain=test', 'http://b.test/', undefined],
    ['not for part of an address', 'http://10.0.0.1/', 'n=v; Domain=0.0.1', 'http://20.0.0.1/', undefined],
    ['the folder it was set in', 'http://a.test/x/y', 'n=v', 'http://a.test/x/z', 'n=v'],
    ['not another folder', 'http://a.test/x/y', 'n=v', 'http://a.test/', undefined],
    ['its path', 'http://a.test/', 'n=v; Path=/x', 'http://a.test/x/y', 'n=v'],
    ['not a path that merely begins so', 'http://a.test/', 'n=v; Path=/x', 'http://a.test/xy', undefined],
    ['Secure over https', 'https://a.test/', 'n=v; Secure', 'https://a.test/', 'n=v'],
    ['Secure not over http', 'https://a.test/', 'n=v; Secure', 'http://a.test/', undefined],
    ['Secure not set over http', 'http://a.test/', 'n=v; Secure', 'https://a.test/', undefined],
    ['Secure to this machine', 'http://127.0.0.1/', 'n=v; Secure', 'http://127.0.0.1/', 'n=v'],
    ['over before it began', 'http://a.test/', 'n=v; Max-Age=0', 'http://a.test/', undefined],
    [
      'Expires in the past',
      'http://a.test/',
      'n=v; Expires=Wed, 31 Dec 2025 00:00:00 GMT',
      'http://a.test/',
      undefined,
    ],
    [
      'Max-Age outweighs Expires',
      'http://a.test/',
      'n=v; Expires=Wed, 31 Dec 2025 00:00:00 GMT; Max-Age=9',
      'http://a.test/',
      'n=v',
    ],
    ['an Expires that is no date', 'http://a.test/', 'n=v; Expires=soon', 'http://a.test/', 'n=v'],
    ['a value with =, spaces cut', 'http://a.test/', ' n = a=b ; Path=/', 'http://a.test/', 'n=a=b'],
    ['no name', 'http://a.test/', 'v', 'http://a.test/', 'v'],
    ['nothing', 'http://a.test/', '; Path=/', 'http://a.test/', undefined],
    ['too long', 'http://a.test/', `n=${'v'.repeat(4096)}`, 'http://a.test/', undefined],
    ['__Host- as promised', 'https://a.test/', '__Host-n=v; Secure; Path=/', 'https://a.test/', '__Host-n=v'],
    [
      '__Host- with a domain',
      'https://a.test/',
      '__Host-n=v; Secure; Path=/; Domain=a.test',
      'https://a.test/',
      undefined,
    ],
    ['__Secure- without Secure', 'https://a.test/', '__Secure-n=v', 'https://a.test/', undefined],
  ]
  for (const [what, setAt, header, askedAt, sent] of cases) {
    test(what, () => {
      const jar = new CookieJar()
      jar.set(header, at(setAt))
      assert.equal(jar.headerFor(at(askedAt)), sent)
    })
  }

  test('longer paths come first, then the older', () => {
    const jar = new CookieJar()
    for (const header of ['a=1; Path=/', 'b=2; Path=/x/y', 'c=3; Path=/', 'a=4; Path=/'])
      jar.set(header, at('http://a.test/'))
    assert.equal(jar.headerFor(at('http://a.test/x/y')), 'b=2; c=3; a=4')
  })

  test('a cookie ends with its time', () => {
    const jar = new CookieJar()
    jar.set('n=v; Max-Age=10', at('http://a.test/'))
    assert.equal(jar.headerFor(at('http://a.test/', NOW + 9_999)), 'n=v')
    assert.equal(jar.headerFor(at('http://a.test/', NOW + 10_000)), undefined)
  })

  test('a bomb is refused by name, and what the user had stays', () => {
    const jar = new CookieJar()
    jar.set('session=1; Path=/', at('http://a.test/'))
    const bomb = (): void => {
      for (let i = 0; i < 1_000; i++) jar.set(`n${i}=${'x'.repeat(1_000)}`, at('http://a.test/'))
    }
    for (let round = 0; round < 3; round++)
      assert.throws(bomb, (error) => error instanceof TransportError && error.code === 'too-many-cookies')
    const sent = jar.headerFor(at('http://a.test/'))!
    assert.ok(sent.startsWith('session=1') && sent.length < MAX_JAR * 1.2, `${sent.length} bytes`)
  })

  test('cookies that were let expire make room', () => {
    const jar = new CookieJar()
    for (let i = 0; i < 30; i++) jar.set(`n${i}=${'x'.repeat(1_000)}; Max-Age=1`, at('http://a.test/'))
    for (let i = 0; i < 30; i++)
      jar.set(`m${i}=${'x'.repeat(1_000)}; Max-Age=1`, at('http://a.test/', NOW + 2_000))
    assert.match(jar.headerFor(at('http://a.test/', NOW + 2_500))!, /^m0=/)
  })
})

suite('cookies of a user', () => {
  test('are kept from one answer to the next request, and on a redirect', async () => {
    await using rig = await Rig.serving(({ line, headers }, socket) => {
      if (line.includes('/login')) {
        socket.write(
          'HTTP/1.1 302 Found\r\nSet-Cookie: id=1; HttpOnly\r\nset-cookie: b=2\r\nLocation: /me\r\nContent-Length: 0\r\n\r\n',
        )
      } else socket.write(ok(sentBack(headers)))
    })
    assert.equal((await rig.client.get('/me')).text(), 'none')
    assert.equal((await rig.client.post('/login', { form: { user: 'ada' } })).text(), 'id=1; b=2')
    assert.equal((await rig.client.get('/me')).text(), 'id=1; b=2')
    assert.equal((await rig.client.get('/me', { headers: { cookie: 'mine=1' } })).text(), 'mine=1')
  })

  test('go to another origin of the same host, too: ports are no border', async () => {
    await using elsewhere = await Rig.serving(({ headers }, socket) => socket.write(ok(sentBack(headers))))
    await using rig = await Rig.serving((_request, socket) => socket.write(withCookies('id=1')))
    await rig.client.get('/')
    assert.equal((await rig.client.get(`${elsewhere.url}/`)).text(), 'id=1')
  })

  test('a cookie bomb: too-many-cookies, and the user goes on', async () => {
    let nth = 0
    await using rig = await Rig.serving(({ headers }, socket) => {
      const bomb = Array.from({ length: 15 }, () => `n${nth++}=${'x'.repeat(4_000)}`)
      socket.write(nth < 100 ? withCookies(...bomb) : ok(sentBack(headers)))
    })
    for (let i = 0; i < 6; i++) assert.equal(await fate(rig.client.get('/')), 'too-many-cookies')
    const sent = (await rig.client.get('/')).text()
    assert.ok(sent.length < MAX_JAR * 1.2, `${sent.length} bytes`)
  })
})

function withCookies(...cookies: string[]): string {
  const lines = cookies.map((cookie) => `Set-Cookie: ${cookie}\r\n`).join('')
  return `HTTP/1.1 200 OK\r\n${lines}Content-Length: 0\r\n\r\n`
}

function sentBack(headers: [string, string][]): string {
  return headers.find(([name]) => name.toLowerCase() === 'cookie')?.[1] ?? 'none'
}
