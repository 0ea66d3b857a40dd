import { useComputed, useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import type { FailureExample } from 'proctor/wire'
import { formatCount } from '../format.ts'
import { Details } from './details.tsx'
import { Failures } from './failures.tsx'
import { Overview } from './overview.tsx'
import { Glance } from './glance.tsx'
import type { RunStore } from './run-store.ts'
import { Title } from './title.tsx'
import { Verdicts } from './verdicts.tsx'

export interface RunScreenProps {
  readonly store: RunStore
  readonly exampleOf: (failure: number) => Promise<FailureExample | null>
  /** What can be done with it. */
  readonly actions?: ComponentChildren
}

const TABS = ['Overview', 'Why it failed', 'Details'] as const

type Tab = (typeof TABS)[number]

/** One run, while it goes on or when it is over, from the server or out of a file. */
export function RunScreen({ store, exampleOf, actions }: RunScreenProps) {
  const tab = useSignal<Tab>('Overview')
  const run = useComputed(() => store.head.value?.id)
  if (run.value === undefined) return null
  return (
    <>
      <Title store={store} actions={actions} />
      <Glance store={store} />
      <Verdicts store={store} />
      <div
        class="tabs"
        role="tablist"
        aria-label="Parts of the run"
        onKeyDown={(event) => turn(event, tab.value, (next) => (tab.value = next))}
      >
        {TABS.map((each) => (
          <button
            key={each}
            type="button"
            role="tab"
            id={`tab-${idOf(each)}`}
            aria-selected={tab.value === each}
            aria-controls="panel"
            tabIndex={tab.value === each ? 0 : -1}
            onClick={() => (tab.value = each)}
          >
            {each}
            {each === 'Why it failed' && <FailureBadge store={store} />}
          </button>
        ))}
      </div>
      <div id="panel" role="tabpanel" aria-labelledby={`tab-${idOf(tab.value)}`}>
        {tab.value === 'Overview' && <Overview key={run.value} store={store} />}
        {tab.value === 'Why it failed' && <Failures store={store} exampleOf={exampleOf} />}
        {tab.value === 'Details' && <Details store={store} />}
      </div>
    </>
  )
}

function FailureBadge({ store }: { readonly store: RunStore }) {
  void store.version.value
  const failures = store.total?.failures ?? 0
  return failures > 0 ? <span class="badge bad">{formatCount(failures)}</span> : null
}

function idOf(tab: Tab): string {
  return tab.toLowerCase().replaceAll(' ', '-')
}

const STEP: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 }

/** As in every list of tabs: the arrows go from one to the next. */
function turn(
  { key, currentTarget }: { key: string; currentTarget: EventTarget | null },
  tab: Tab,
  goTo: (tab: Tab) => void,
): void {
  const step = STEP[key]
  if (step === undefined) return
  const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length]!
  goTo(next)
  const list = currentTarget as HTMLElement
  list.querySelector<HTMLElement>(`#tab-${idOf(next)}`)?.focus()
}
