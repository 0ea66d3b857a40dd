import type { Clock } from '../clock/clock.ts'
import type { Plan } from '../engine/plan.ts'
import type { KeptViews, WithHistory } from './kept-views.ts'
import type { RunControl } from './run-control.ts'
import type { StaticFile } from './static-files.ts'
import type { Fields, PageState } from './wire.ts'

/** What the routes are made of. */
export interface RoutesOptions {
  readonly clock: Clock
  readonly control: RunControl
  readonly state: () => Promise<PageState>
  /** A plan by the form; throws what was expected of which field. */
  readonly planOf: (fields: Fields) => Plan
  /** Gives the service a fresh start; rejects with why it couldn't. */
  readonly refresh: (() => Promise<void>) | undefined
  readonly withHistory: WithHistory
  readonly views: KeptViews
  /** The built page, by path. */
  readonly files: ReadonlyMap<string, StaticFile>
}

/** What can be asked, and what can be done; parts in braces are taken out of the path. */
export type Handler = (call: {
  readonly body: Record<string, unknown>
  readonly parts: readonly string[]
}) => unknown

export interface Route {
  readonly method: 'GET' | 'POST'
  readonly path: RegExp
  readonly handle: Handler
}
