import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UsageError } from '../src/arguments.ts'
import { otlpSettings } from '../src/telemetry/otlp-settings.ts'

const endpoint = 'http://127.0.0.1:4318'

test('without an endpoint, or disabled, there is no telemetry, whatever else is set', () => {
  assert.equal(otlpSettings({}), undefined)
  assert.equal(otlpSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_EXPORTER_OTLP_PROTOCOL: 'x' }), undefined)
  assert.equal(otlpSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'x', OTEL_SDK_DISABLED: 'True' }), undefined)
  assert.ok(otlpSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SDK_DISABLED: '1' }))
})

test('the defaults are the specification’s', () => {
  const empty = { OTEL_EXPORTER_OTLP_HEADERS: '', OTEL_EXPORTER_OTLP_TIMEOUT: '', OTEL_SERVICE_NAME: '' }
  assert.deepEqual(otlpSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...empty }), {
    endpoint: new URL(endpoint),
    protocol: 'http/protobuf',
    headers: {},
    timeoutMs: 10_000,
    resource: { 'service.name': 'students-api' },
  })
})

test('everything is read', () => {
  const settings = otlpSettings({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example/otlp/',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: ' authorization=Basic%20YTpi== , x-tenant = a%2Cb,',
    OTEL_EXPORTER_OTLP_TIMEOUT: '250',
    OTEL_SERVICE_NAME: 'students',
    OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,deployment.environment.name=sch%C3%B6n',
  })
  assert.deepEqual(settings, {
    endpoint: new URL('https://collector.example/otlp/'),
    protocol: 'http/json',
    headers: { authorization: 'Basic YTpi==', 'x-tenant': 'a,b' },
    timeoutMs: 250,
    resource: { 'service.name': 'students', 'deployment.environment.name': 'schön' },
  })
})

const wrong: [string, string, RegExp][] = [
  ['ENDPOINT', 'localhost:4318', /_ENDPOINT is no http:\/\/host:port or https:\/\/host:port$/],
  ['ENDPOINT', 'http://', /_ENDPOINT is no http/],
  ['ENDPOINT', 'file:///etc/passwd', /_ENDPOINT is no http/],
  ['ENDPOINT', 'http://ada:secret@localhost', /_ENDPOINT holds a password: send it in .*_HEADERS/],
  ['PROTOCOL', 'grpc', /_PROTOCOL takes http\/protobuf or http\/json, not "grpc"$/],
  ['TIMEOUT', '10s', /_TIMEOUT takes milliseconds from 1 to 600000, not "10s"$/],
  ['TIMEOUT', '0', /not "0"$/],
  ['TIMEOUT', '600001', /not "600001"$/],
  ['HEADERS', 'secret', /_HEADERS takes name=value,name=value with percent-encoded values$/],
  ['HEADERS', '=secret', /_HEADERS takes/],
  ['HEADERS', 'a=%zzsecret', /_HEADERS takes/],
  ['HEADERS', 'a=secret%0D%0Ax: y', /_HEADERS holds what no HTTP header may$/],
  ['HEADERS', 'a b=secret', /_HEADERS/],
]

for (const [name, value, message] of wrong) {
  test(`${name} ${value} is a usage error that repeats no secret`, () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, [`OTEL_EXPORTER_OTLP_${name}`]: value }
    assert.throws(
      () => otlpSettings(env),
      (error) => error instanceof UsageError && message.test(error.message) && !/secret/.test(error.message),
    )
  })
}

test('resource attributes that are none are a usage error', () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_RESOURCE_ATTRIBUTES: 'a=1,b' }
  assert.throws(() => otlpSettings(env), /^UsageError: OTEL_RESOURCE_ATTRIBUTES takes name=value/)
})
