import assert from 'node:assert/strict'
import { fuzz } from '../test-long/fuzz.ts'
import { contract, openAppOn } from './engines.ts'

contract('1000 requests made from the document: never 5xx, every answer as it says', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  const { statuses, failures } = await fuzz(app, 1000, 20_260_101)
  assert.deepEqual(failures, [])
  // A fuzz whose requests are all refused shows little.
  for (const reached of [
    'GET /students 200',
    'GET /students 422',
    'POST /students 201',
    'POST /students 409',
    'POST /students 410',
    'POST /students 422',
    'PUT /students/{id} 200',
    'PATCH /students/{id} 200',
    'PATCH /students/{id} 412',
    'DELETE /students/{id} 204',
    'GET /students/{id} 304',
    'GET /students/export 200',
    'POST /students/import 200',
    'POST /students/import 415',
  ]) {
    assert.ok(statuses.has(reached), `${reached} was never reached: ${[...statuses.keys()].join(', ')}`)
  }
})
