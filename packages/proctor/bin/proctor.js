#!/usr/bin/env node
// Without anything new, so that a Node that is too old understands it well enough to say so.
import { existsSync } from 'node:fs'

const OLDEST = 24

if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  console.error(
    `proctor: expected Node ${OLDEST} or newer, got ${process.versions.node} (${process.execPath})`,
  )
  process.exitCode = 2
} else {
  // In the repository the sources run as they are.
  const source = new URL('../src/cli/main.ts', import.meta.url)
  await import(existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href)
}
