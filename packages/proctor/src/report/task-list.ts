import type { ScenarioSummary, SetSummary, TaskSummary } from '../run/protocol.ts'
import { formatShare, oneLine } from './format.ts'

const INDENT = '  '

/** Users, their tasks, sets within sets, and how often each is chosen among its neighbours: what `--list` prints. */
export function renderTaskList({ users }: ScenarioSummary): string[] {
  const weighted = users.filter(({ fixedCount }) => fixedCount === 0)
  const all = weighted.reduce((sum, { weight }) => sum + weight, 0)
  return users.flatMap(({ name, weight, fixedCount, tasks }) => {
    const share = fixedCount > 0 ? `${fixedCount} of them` : `${formatShare(weight, all)} of users`
    return [`${oneLine(name)}  ${share}`, ...linesOf(tasks, 'random', null, INDENT)]
  })
}

const ORDERS: Record<SetSummary['order'], string> = {
  random: 'at random',
  sequence: 'in order',
  transitions: 'by transitions',
}

function linesOf(
  tasks: readonly TaskSummary[],
  order: SetSummary['order'],
  next: SetSummary['next'],
  indent: string,
): string[] {
  const all = tasks.reduce((sum, { weight }) => sum + weight, 0)
  const widest = tasks.reduce((width, { name }) => Math.max(width, name.length), 0)
  return tasks.flatMap(({ name, weight, tags, set }, index) => {
    const how = {
      random: () => formatShare(weight, all),
      sequence: () => `step ${index + 1}`,
      transitions: () =>
        `then ${(next?.[name] ?? []).map(({ to, probability }) => `${oneLine(to)} ${formatShare(probability, 1)}`).join(', ')}`,
    }[order]()
    const more = [set === null ? '' : ORDERS[set.order], tags.length === 0 ? '' : `[${tags.join(', ')}]`]
    const line = [
      `${indent}${oneLine(name).padEnd(widest)}`,
      how,
      ...more.filter((part) => part !== ''),
    ].join('  ')
    const inner = set === null ? [] : linesOf(set.tasks, set.order, set.next, indent + INDENT)
    return [line, ...inner]
  })
}
