import type { RunHead } from 'proctor/wire'
import { formatCount, formatPercent } from '../format.ts'

/** How often each user class and each of its tasks is chosen. */
export function TaskRatios({ users }: { readonly users: RunHead['users'] }) {
  const classWeights = users.reduce((sum, { weight, fixedCount }) => sum + (fixedCount > 0 ? 0 : weight), 0)
  return (
    <ul class="ratios">
      {users.map(({ name, weight, fixedCount, tasks }) => {
        const weights = tasks.reduce((sum, task) => sum + task.weight, 0)
        return (
          <li key={name}>
            <b>{name}</b>{' '}
            {fixedCount > 0
              ? `${formatCount(fixedCount)} of them`
              : users.length > 1
                ? formatPercent(weight / classWeights)
                : ''}
            <ul>
              {tasks.map((task) => (
                <li key={task.name}>
                  <span>{task.name}</span>
                  <i class="share" aria-hidden="true">
                    <i style={{ width: `${(100 * task.weight) / weights}%` }} />
                  </i>
                  <span class="figures">{formatPercent(task.weight / weights)}</span>
                </li>
              ))}
            </ul>
          </li>
        )
      })}
    </ul>
  )
}
