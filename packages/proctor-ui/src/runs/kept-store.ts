import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { KeptRun, Tick } from 'proctor/wire'
import { RunStore } from '../run/run-store.ts'
import type { ProctorServer } from '../server.ts'

/** A kept run, once it is read; or why it could not be. */
export function useKeptRun(server: ProctorServer, runId: string): Signal<RunStore | string | undefined> {
  const read = useSignal<RunStore | string | undefined>(undefined)
  useEffect(() => {
    read.value = undefined
    const open = async (): Promise<void> => {
      try {
        const store = new RunStore((name) => server.text(`runs/${runId}/names/${encodeURIComponent(name)}`))
        store.apply(await server.get<Tick>(`runs/${runId}`))
        read.value = store
      } catch (error) {
        read.value = (error as Error).message
      }
    }
    void open()
  }, [runId])
  return read
}

/** What users call runs: empty until it is read, and for those that have no name. */
export function useNames(server: ProctorServer): Signal<ReadonlyMap<string, string>> {
  const names = useSignal<ReadonlyMap<string, string>>(new Map())
  useEffect(() => {
    const read = async (): Promise<void> => {
      const runs = await server.get<KeptRun[]>('runs').catch(() => [])
      names.value = new Map(runs.flatMap(({ runId, name }) => (name === null ? [] : [[runId, name]])))
    }
    void read()
  }, [])
  return names
}
