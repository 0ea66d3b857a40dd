import { cpus, release, type } from 'node:os'
import { BenchmarkFailure } from './failure.ts'

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly kernel: string
  readonly node: string
}

/** This machine, if client and target can have a core each, and the kernel says what a process has cost. */
export function thisMachine(): Machine {
  const [first, second] = cpus()
  if (type() !== 'Linux')
    throw new BenchmarkFailure('cannotRun', `this reads /proc, which ${type()} lacks: run it on Linux`)
  if (!first || !second)
    throw new BenchmarkFailure('cannotRun', 'client and target need a core each: this machine has one')
  return {
    cpu: first.model.trim(),
    cores: cpus().length,
    kernel: `${type()} ${release()}`,
    node: process.version,
  }
}
