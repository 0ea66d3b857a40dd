import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ada, openApp, pointersOf, post, problemOf } from './fixture.ts'

test('every GPA from 0.00 to 10.00 passes and is answered as sent', async (t) => {
  const { app } = openApp(t)
  for (let hundredths = 0; hundredths <= 1000; hundredths++) {
    const gpa = (hundredths / 100).toFixed(2)
    const response = await post(
      app,
      `{"name":"A","domain":"B","gpa":${gpa},"email":"s${hundredths}@example.com"}`,
    )
    assert.equal(response.statusCode, 201, gpa)
    assert.equal(response.json().gpa, Number(gpa))
  }
  const listed = (await app.inject('/students')).json<{ gpa: number }[]>().map(({ gpa }) => gpa)
  assert.deepEqual(
    listed,
    Array.from({ length: 1001 }, (_, hundredths) => hundredths / 100),
  )
})

test('a GPA with more than two decimals, or outside 0 to 10, is 422', async (t) => {
  const { app } = openApp(t)
  const threeDecimals = Array.from({ length: 1000 }, (_, hundredths) => `${(hundredths / 100).toFixed(2)}5`)
  const others = [
    '9.999',
    '9.0000000001',
    '0.07000000001',
    '1e-3',
    '10.01',
    '10.001',
    '-0.01',
    '-1',
    '11',
    '1e308',
    '1e999',
  ]
  for (const gpa of [...threeDecimals, ...others]) {
    const response = await post(app, `{"name":"A","domain":"B","gpa":${gpa},"email":"a@example.com"}`)
    assert.deepEqual(problemOf(response), [422, 'invalid'], gpa)
    assert.ok(
      pointersOf(response).every((pointer) => pointer === '#/gpa'),
      response.body,
    )
  }
})

test('no value of another type is taken for the one asked for', async (t) => {
  const { app } = openApp(t)
  const others = [null, true, false, [], {}, ['a'], { a: 1 }]
  for (const property of ['name', 'domain', 'gpa', 'email'] as const) {
    for (const value of [...others, property === 'gpa' ? '9' : 9]) {
      const response = await post(app, { ...ada, [property]: value })
      assert.deepEqual(problemOf(response), [422, 'invalid'], `${property}: ${JSON.stringify(value)}`)
      assert.deepEqual(pointersOf(response), [`#/${property}`])
    }
  }
  assert.equal((await app.inject('/students')).body, '[]')
})

test('a body that is not an object is 422', async (t) => {
  const { app } = openApp(t)
  for (const body of ['null', 'true', '9', '"text"', '[]', '[{}]']) {
    const response = await post(app, body)
    assert.deepEqual(problemOf(response), [422, 'invalid'], body)
    assert.deepEqual(pointersOf(response), ['#'])
  }
})

test('all errors are reported at once, each where it is', async (t) => {
  const { app } = openApp(t)
  const response = await post(app, '{"name":"","domain":3,"gpa":9.999,"x/y~":1,"ü":2,"__proto__":{}}')
  assert.deepEqual(problemOf(response), [422, 'invalid'])
  assert.deepEqual(
    pointersOf(response).toSorted(),
    ['#/__proto__', '#/domain', '#/email', '#/gpa', '#/name', '#/x~1y~0', '#/%C3%BC'].toSorted(),
  )
  assert.match(response.json().detail, /7 errors/)
})

test('the properties that the service itself sets are refused', async (t) => {
  const { app } = openApp(t)
  for (const property of ['id', 'version', 'createdAt', 'updatedAt', 'constructor', 'toString']) {
    const response = await post(app, { ...ada, [property]: 1 })
    assert.deepEqual(pointersOf(response), [`#/${property}`])
  }
})

test('thousands of unknown properties are counted, and twenty shown', async (t) => {
  const { app } = openApp(t)
  const unknown = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`p${index}`, 1]))
  const response = await post(app, { ...ada, ...unknown })
  assert.equal(pointersOf(response).length, 20)
  assert.match(response.json().detail, /3000 errors.*first 20/)
})

test('text is bounded in characters, not in bytes', async (t) => {
  const { app } = openApp(t)
  const longest = {
    ...ada,
    name: '🎓'.repeat(200),
    domain: 'é'.repeat(100),
    email: `${'a'.repeat(242)}@example.com`,
  }
  const response = await post(app, longest)
  assert.equal(response.statusCode, 201, response.body)
  assert.equal(response.json().name, longest.name)
  for (const property of ['name', 'domain', 'email'] as const) {
    const tooLong = await post(app, { ...longest, [property]: `a${longest[property]}` })
    assert.deepEqual(pointersOf(tooLong), [`#/${property}`])
  }
})

test('control characters, line breaks, lone surrogates and blank text are 422', async (t) => {
  const { app } = openApp(t)
  const bad = ['', ' ', '\t', 'a\0b', 'a\nb', 'a\x7f', 'a\x9fb', 'a\u2028b', 'a\ud800b', '\udc00']
  for (const text of bad) {
    for (const property of ['name', 'domain', 'email'] as const) {
      const response = await post(app, { ...ada, [property]: text })
      assert.deepEqual(problemOf(response), [422, 'invalid'], `${property}: ${JSON.stringify(text)}`)
      assert.deepEqual(pointersOf(response), [`#/${property}`])
    }
  }
})

test('an e-mail that is not an address is 422', async (t) => {
  const { app } = openApp(t)
  const bad =
    `ada ada@ @example.com ada@example ada@@example.com ada@ex@ample.com .ada@example.com ada.@example.com
    a..da@example.com ada@-example.com ada@example-.com ada@example..com ada@.com adä@example.com ada@exämple.com
    ada,b@example.com "ada"@example.com`.split(/\s+/)
  for (const email of [...bad, ' ada@example.com', 'ada@example.com ', 'a da@example.com']) {
    assert.deepEqual(pointersOf(await post(app, { ...ada, email })), ['#/email'], email)
  }
})

test('unusual but valid e-mails pass', async (t) => {
  const { app } = openApp(t)
  const good = [
    'a@b.co',
    "o'neil+tag@sub.example.museum",
    'a.b.c@x-y.example',
    '1@2.example',
    '#!$%&*/=?^_`{|}~-@a.example',
  ]
  for (const email of good) assert.equal((await post(app, { ...ada, email })).statusCode, 201, email)
})

test('a hostile e-mail is refused in no time', async (t) => {
  const { app } = openApp(t)
  const started = performance.now()
  for (const part of ['a', 'a.', 'a-', '.']) {
    await post(app, { ...ada, email: `${part.repeat(30_000 / part.length)}@` })
    await post(app, { ...ada, email: `a@${part.repeat(30_000 / part.length)}!` })
    await post(app, { ...ada, name: `${' '.repeat(30_000)}${part}` })
  }
  assert.ok(performance.now() - started < 1000)
})
