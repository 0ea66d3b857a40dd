/** The door for scenarios: light, since every worker loads it. */
export type { Fetch, FetchInit } from './http/fetch.ts'
export type { ClientSettings, Http } from './http/http.ts'
export { url, type Url, type UrlValue } from './http/url.ts'

export type { Credentials, Fields, FieldValue, FilePart, RequestOptions } from './http/request-options.ts'
export type { HttpResponse } from './http/response.ts'
export type { WebSocketOptions } from './http/open-web-socket.ts'
export type { ReceiveOptions, WebSocketEnd, WebSocketSession } from './http/web-socket.ts'
export type { WebSocketMessage } from './http/web-socket-message.ts'
export { TransportError, type TransportErrorCode } from './http/transport-error.ts'
export {
  type AmountOverTime,
  defineShape,
  type LoadShape,
  type ShapeDefinition,
} from './scenario/load-shape.ts'
export type { Users } from './shape/users-over-time.ts'
export { type ArgumentDefinition, type ArgumentValues, defineArguments } from './scenario/arguments.ts'
export { defineTest, type TestContext, type TestDefinition, type TestHooks } from './scenario/test-hooks.ts'
export { DataError } from './scenario/data-error.ts'
export { csv, feed, type Feed, type FeedOptions, json, ndjson, unique } from './scenario/feed.ts'
export type { CsvFormat, CsvRow } from './scenario/row-source.ts'
export {
  counter,
  type Counter,
  gauge,
  type Gauge,
  type MetricOptions,
  rate,
  type Rate,
  trend,
  type Trend,
} from './scenario/metric.ts'
export { expect, type Expectation, ExpectationError } from './scenario/expect.ts'
export type { Random } from './scenario/random.ts'
export { ScenarioError } from './scenario/scenario-error.ts'
export { abort, leave, stopRun, stopUser } from './scenario/signal.ts'
export type { Task, TaskFunction, TaskOptions, User } from './scenario/task.ts'
export type { RandomTasks, Sequence, Tasks, TaskSet, Transitions } from './scenario/task-set.ts'
export { defineUser, type UserClass, type UserDefinition } from './scenario/user.ts'
export {
  between,
  constant,
  constantPacing,
  constantThroughput,
  exponential,
  logNormal,
  type WaitContext,
  type WaitTime,
} from './scenario/wait-time.ts'
