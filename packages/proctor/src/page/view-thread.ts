import { workerData } from 'node:worker_threads'
import { analyse } from '../analysis/analyse.ts'
import { systemClock } from '../clock/clock.ts'
import { History } from '../history/history.ts'
import { KeptViews } from './kept-views.ts'
import type { ViewWanted } from './view-maker.ts'

/** A thread that makes the view of one kept run, keeps it, and ends. */
const { folder, runId } = workerData as ViewWanted
const history = History.openExisting(folder, { clock: systemClock })
try {
  new KeptViews((work) => work(history), analyse).tick(runId, undefined)
} finally {
  history?.close()
}
