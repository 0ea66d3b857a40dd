import type { ComponentChildren } from 'preact'
import { Mark } from './parts/mark.tsx'
import { goTo, route } from './route.ts'
import { LiveScreen } from './run/live-screen.tsx'
import { type Connection, NO_ANSWER, type ProctorServer } from './server.ts'
import { CompareScreen } from './runs/compare-screen.tsx'
import { KeptScreen } from './runs/kept-screen.tsx'
import { RunsScreen } from './runs/runs-screen.tsx'
import { StartForm } from './start/start-form.tsx'

/** The page of a server: start, watch and steer, and the runs that are kept. */
export function App({ server }: { readonly server: ProctorServer }) {
  const [where = 'run'] = route.value
  const hasRun = server.run.value !== undefined
  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header class="bar">
        <Mark />
        <nav aria-label="Main" hidden={server.connection.value === 'locked'}>
          {hasRun && (
            <Link to="#/run" isHere={where === 'run'}>
              Run
            </Link>
          )}
          <Link to="#/new" isHere={where === 'new' || (where === 'run' && !hasRun)}>
            New run
          </Link>
          <Link to="#/runs" isHere={where === 'runs' || where === 'compare'}>
            Runs
          </Link>
        </nav>
        <ConnectionSign connection={server.connection.value} />
      </header>
      <main id="main" tabIndex={-1}>
        <Where server={server} where={where} />
      </main>
    </>
  )
}

function Where({ server, where }: { readonly server: ProctorServer; readonly where: string }) {
  const store = server.run.value
  const [, first, second] = route.value
  if (server.connection.value === 'locked') return <Locked />
  if (where === 'runs' && first !== undefined) return <KeptScreen server={server} runId={first} />
  if (where === 'runs') return <RunsScreen server={server} />
  if (where === 'compare' && first !== undefined && second !== undefined) {
    return <CompareScreen server={server} runs={[first, second]} />
  }
  if (where !== 'new' && store !== undefined) return <LiveScreen server={server} store={store} />
  const page = server.page.value
  if (page === undefined) return <p class="empty">{server.connection.value === 'lost' ? NO_ANSWER : ''}</p>
  return <StartForm server={server} page={page} onStarted={() => goTo('/run')} />
}

function Link({
  to,
  isHere,
  children,
}: {
  readonly to: string
  readonly isHere: boolean
  readonly children: ComponentChildren
}) {
  return (
    <a href={to} aria-current={isHere ? 'page' : undefined}>
      {children}
    </a>
  )
}

const WORDS: Readonly<Record<Connection, string>> = {
  connecting: 'Connecting…',
  open: '',
  lost: 'Connection lost. Trying again; what was missed is caught up.',
  locked: '',
}

function ConnectionSign({ connection }: { readonly connection: Connection }) {
  return (
    <p class={`connection ${connection}`} role="status">
      {WORDS[connection]}
    </p>
  )
}

function Locked() {
  return (
    <section class="empty">
      <h1>This page needs its link</h1>
      <p>
        Proctor listens beyond its own machine, and so asks for a token. Go back to the terminal where it was
        started, and open the whole link that stands there: the token is in it.
      </p>
    </section>
  )
}
