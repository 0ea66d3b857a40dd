const FILES: readonly (readonly [file: string, words: string])[] = [
  ['report.html', 'Report (HTML, opens without a network)'],
  ['report.md', 'Report (Markdown)'],
  ['report.json', 'Record (JSON)'],
  ['junit.xml', 'Test cases (JUnit)'],
  ['proctor_stats.csv', 'Requests (CSV)'],
  ['proctor_stats_history.csv', 'Seconds (CSV)'],
  ['proctor_failures.csv', 'Failures (CSV)'],
  ['proctor_exceptions.csv', 'Exceptions (CSV)'],
]

/** The files that a run leaves behind. */
export function TakeAway({ runId }: { readonly runId: string }) {
  return (
    <details class="menu">
      <summary>Take away</summary>
      <ul class="menu-body">
        {FILES.map(([file, words]) => (
          <li key={file}>
            <a href={`api/runs/${runId}/files/${file}`} download>
              {words}
            </a>
          </li>
        ))}
      </ul>
    </details>
  )
}
