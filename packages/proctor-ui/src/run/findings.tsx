import type { Finding, RunState } from 'proctor/wire'
import { formatCount } from '../format.ts'

export interface FindingsProps {
  readonly findings: readonly Finding[]
  readonly state: RunState
  readonly failures: number
}

/** What was found out about the run, in sentences. */
export function Findings({ findings, state, failures }: FindingsProps) {
  if (findings.length === 0) {
    const isOn = state === 'running' || state === 'stopping' || state === 'loading'
    return isOn && failures > 0 ? (
      <p class="note lead">What they have in common is looked for when the run is over.</p>
    ) : null
  }
  return (
    <section aria-label="Findings">
      <h2>Findings</h2>
      <ol class="findings">
        {findings.map((finding) => (
          <li key={`${finding.id} ${finding.title}`} class={finding.severity}>
            <p class="finding">{finding.title}</p>
            <p class="facts">
              {(finding.explains?.failures ?? 0) > 0 && (
                <span>
                  explains {formatCount(finding.explains!.failures)} of {formatCount(finding.explains!.of)}{' '}
                  failures
                </span>
              )}
              {finding.explains?.failures !== 0 && <span>{finding.certainty}</span>}
            </p>
            {finding.evidence.length > 0 && (
              <ul class="evidence">
                {finding.evidence.map((sentence) => (
                  <li key={sentence}>{sentence}</li>
                ))}
              </ul>
            )}
            {finding.recommendation !== null && <p class="next">{finding.recommendation}</p>}
          </li>
        ))}
      </ol>
    </section>
  )
}
