import type { RunRecord } from '../../run/record.ts'
import type { TimelineSecond } from '../../run/timeline-second.ts'

/** The whole seconds of the load: the last of a run is cut short, and while what is under way is waited for nobody asks. */
export function wholeSeconds({ timeline, durationSeconds }: RunRecord): TimelineSecond[] {
  return timeline.filter(({ second, elapsedMs }) => {
    return second + 1 <= durationSeconds && elapsedMs >= (second + 1) * 1000
  })
}
