import type { Random } from '../scenario/random.ts'
import type { CheckedTask } from '../scenario/user.ts'

/** Picks tasks at random, each as often as its weight says beside the others'. */
export class TaskPicker {
  readonly #tasks: readonly CheckedTask[]
  readonly #totalWeight: number

  constructor(tasks: readonly CheckedTask[]) {
    this.#tasks = tasks
    this.#totalWeight = tasks.reduce((sum, { weight }) => sum + weight, 0)
  }

  pick(random: Random): CheckedTask {
    let left = random.fraction() * this.#totalWeight
    for (const task of this.#tasks) {
      left -= task.weight
      if (left < 0) return task
    }
    // Rounding may leave an ulp over.
    return this.#tasks.at(-1)!
  }
}
