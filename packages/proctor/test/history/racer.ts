import { systemClock } from '../../src/clock/clock.ts'
import { History } from '../../src/history/history.ts'
import { summaryAtStart } from '../../src/history/kept-run.ts'
import { begun, ended, idOf, told } from './run-told.ts'

/** `racer.ts FOLDER NUMBER AT`: keeps a run of so many seconds as fast as it can, from a given moment on. */
const [folder = '', number = '', at = ''] = process.argv.slice(2)
const run = Number(number)
const asked = [{ name: '/', count: 20 }]
while (Date.now() < Number(at));
const history = History.open(folder, { clock: systemClock })
history.begin(begun(run))
for (let second = 0; second < 50; second++) {
  history.second(idOf(run), second, told(second, asked), summaryAtStart(begun(run)))
}
history.finish(ended(run, asked))
history.close()
