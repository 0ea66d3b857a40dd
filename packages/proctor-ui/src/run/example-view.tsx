import type { FailureExample } from 'proctor/wire'

import { PhasesBar } from './phases-bar.tsx'

type Headers = readonly (readonly [string, string])[]

/** One failing request, whole: what was asked, what came, what the service wrote about it. */
export function ExampleView({ example }: { readonly example: FailureExample }) {
  const { request, response, traceId, server, phases } = example
  return (
    <div class="example">
      <Side
        title="Request"
        first={`${request.method} ${request.url}`}
        headers={request.headers}
        body={request.body}
      />
      {response === null ? (
        <div>
          <h3>Response</h3>
          <p class="note">No whole answer came.</p>
        </div>
      ) : (
        <Side
          title="Response"
          first={String(response.status)}
          headers={response.headers}
          body={response.body}
        />
      )}
      {/* A run that an earlier version kept has none. */}
      {(phases as FailureExample['phases'] | undefined) !== undefined && <PhasesBar phases={phases} />}
      {traceId !== '' && (
        <p class="note wide">
          Trace <code>{traceId}</code>
        </p>
      )}
      {server.length > 0 && (
        <div class="wide">
          <h3>What the service wrote</h3>
          <pre tabIndex={0} aria-label="What the service wrote">
            {server.map((line) => (
              <Line text={textOf(line)} />
            ))}
          </pre>
        </div>
      )}
    </div>
  )
}

/** Between its fields it may go on below. */
function Line({ text }: { readonly text: string }) {
  return (
    <>
      {text.split(/(?<=,)/).map((part) => (
        <>
          {part}
          <wbr />
        </>
      ))}
      {'\n'}
    </>
  )
}

/** A line of the service's log as it came. */
function textOf(line: unknown): string {
  const { text } = (typeof line === 'object' && line !== null ? line : {}) as { text?: unknown }
  return typeof text === 'string' ? text : JSON.stringify(line)
}

interface SideProps {
  readonly title: string
  readonly first: string
  readonly headers: Headers
  readonly body: string
}

function Side({ title, first, headers, body }: SideProps) {
  return (
    <div>
      <h3>{title}</h3>
      <pre tabIndex={0} aria-label={title}>
        <b>{first}</b>
        {'\n'}
        {headers.map(([name, value]) => `${name}: ${value}\n`)}
        {body !== '' && `\n${pretty(body)}`}
      </pre>
    </div>
  )
}

/** JSON on lines; anything else as it is. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
