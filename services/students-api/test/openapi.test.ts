import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { problemKinds } from '../src/http/problem.ts'
import type { OpenApiDocument, OperationObject } from '../src/openapi/document.ts'
import { openApp } from './fixture.ts'

async function documentOf(app: FastifyInstance): Promise<OpenApiDocument> {
  return (await app.inject('/openapi.json')).json()
}

function operationsOf({ paths }: OpenApiDocument): [string, OperationObject][] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, OperationObject] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  )
}

test('every registered route is in the document, and says what it is for', async (t) => {
  const { app } = openApp(t)
  const routes: string[] = []
  app.addHook('onRoute', ({ method, url, config }) => {
    const path = url.replaceAll(/:(\w+)/g, '{$1}')
    routes.push(...[method].flat().map((one) => `${one} ${path}`))
    assert.ok(config?.operation, `${String(method)} ${url} has no config.operation`)
  })
  const operations = operationsOf(await documentOf(app))
  assert.ok(routes.includes('PATCH /students/{id}') && routes.includes('GET /docs'))
  assert.deepEqual(operations.map(([name]) => name).toSorted(), routes.toSorted())
  // The router's own tree, which no hook can miss a route of.
  const printed = app.printRoutes({ commonPrefix: false }).match(/\(([A-Z, ]+)\)/g) ?? []
  assert.equal(printed.flatMap((methods) => methods.split(',')).length, operations.length)
})

test('the document has each kind of problem, header and reference that there is', async (t) => {
  const { app } = openApp(t)
  const document = await documentOf(app)
  const text = JSON.stringify(document)
  for (const kind of Object.keys(problemKinds)) assert.ok(text.includes(`"/problems/${kind}"`), kind)
  const headers = ['If-Match', 'If-None-Match', 'Idempotency-Key', 'Prefer', 'ETag', 'Location', 'Link']
  for (const name of [...headers, 'Retry-After']) assert.ok(text.includes(`"${name}"`), name)
  for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
    assert.ok(document.components.schemas[name], name)
  }
})

test('a precondition that is needed is a required header', async (t) => {
  const { paths } = await documentOf(openApp(t).app)
  const isRequired = (method: string) =>
    paths['/students/{id}']?.[method]?.parameters?.find(({ name }) => name === 'If-Match')?.required
  assert.deepEqual(['put', 'patch', 'delete'].map(isRequired), [true, true, undefined])
})

test('the page loads nothing, runs nothing, and its style is the one its policy allows', async (t) => {
  const { app } = openApp(t)
  const { body, headers } = await app.inject('/docs')
  assert.doesNotMatch(body, /<script|<link|<img|\son\w+=|style=|url\(|@import|https?:/i)
  const style = /<style>([^]*)<\/style>/.exec(body)?.[1] ?? ''
  const policy = String(headers['content-security-policy'])
  assert.match(policy, /^default-src 'none';/)
  assert.ok(policy.includes(`'sha256-${hash('sha256', style, 'base64')}'`))
  assert.equal(headers['content-type'], 'text/html; charset=utf-8')
})

test('the page has every operation and problem, and its links lead somewhere', async (t) => {
  const { app } = openApp(t)
  const { body } = await app.inject('/docs')
  const ids = new Set(Array.from(body.matchAll(/\sid="([^"]+)"/g), ([, id]) => id))
  for (const [, id = ''] of body.matchAll(/href="#([^"]+)"/g)) assert.ok(ids.has(id), id)
  for (const kind of Object.keys(problemKinds)) assert.ok(ids.has(`problem-${kind}`), kind)
  for (const [name] of operationsOf(await documentOf(app))) {
    if (!name.startsWith('HEAD ')) assert.ok(body.includes(`<code>${name.split(' ')[1]}</code>`), name)
  }
})

test('the type of every problem resolves', async (t) => {
  const { app } = openApp(t)
  for (const [kind, { title, status }] of Object.entries(problemKinds)) {
    const response = await app.inject(`/problems/${kind}`)
    assert.equal(response.statusCode, 200)
    const { detail, ...rest } = response.json<Record<string, unknown>>()
    assert.deepEqual(rest, { type: `/problems/${kind}`, title, status })
    assert.ok(detail)
  }
  assert.equal((await app.inject('/problems/toString')).statusCode, 404)
})
