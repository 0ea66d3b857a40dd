import type { FailureWire } from 'proctor/wire'
import { formatClock, formatCount, formatTime } from '../format.ts'

/** Some of the failing requests, each with its circumstances: what they share stands below each other. */
export function KeptRequests({ kept }: { readonly kept: NonNullable<FailureWire['kept']> }) {
  if (kept.length === 0) return null
  return (
    <div class="kept">
      <h3>Some of them</h3>
      <div class="table-scroll" tabIndex={0} role="region" aria-label="Some of them">
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">At</th>
              <th scope="col">Took</th>
              <th scope="col">User</th>
              <th scope="col">Connection</th>
              <th scope="col">In flight</th>
              <th scope="col">Trace</th>
            </tr>
          </thead>
          <tbody>
            {kept.map(({ elapsedMs, durationMs, chosen, user, connection, inFlight, traceId }) => (
              <tr key={`${elapsedMs} ${user}`}>
                <td>{formatClock(elapsedMs / 1000)}</td>
                <td>
                  {formatTime(durationMs)}
                  {chosen === 'slowest' && <span class="note">, among the slowest</span>}
                </td>
                <td>{formatCount(user + 1)}</td>
                <td>
                  {connection === null
                    ? '–'
                    : `request ${formatCount(connection.use)} on it, ${formatTime(connection.ageMs)} old`}
                </td>
                <td>{formatCount(inFlight)}</td>
                <td>
                  <code>{traceId === '' ? '–' : traceId}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}
