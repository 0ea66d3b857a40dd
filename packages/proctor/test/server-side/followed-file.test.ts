import assert from 'node:assert/strict'
import { appendFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../src/clock/clock.ts'
import { FollowedFile } from '../../src/server-side/followed-file.ts'
import { ServerSideError } from '../../src/server-side/source.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'

async function follow(t: TestContext, before: string | undefined, beside: Record<string, string> = {}) {
  const folder = temporaryFolder(t, { ...beside, ...(before === undefined ? {} : { 'a.log': before }) })
  const path = join(folder, 'a.log')
  const [said, troubles]: [string[], string[]] = [[], []]
  const file = new FollowedFile(path, systemClock)
  t.after(() => file.stop())
  await file.start({ entry: ({ text }) => said.push(text), trouble: (words) => troubles.push(words) })
  return { path, file, said, troubles }
}

test('what was there before is not read; what comes is', async (t) => {
  const { path, file, said } = await follow(t, 'old\n')
  appendFileSync(path, 'new\nhalf')
  await file.look()
  appendFileSync(path, ' a line\n')
  await file.look()
  await file.stop()
  assert.deepEqual(said, ['new', 'half a line'])
  assert.deepEqual([file.lines, file.bytes], [2, 16])
})

test('it looks by itself', async (t) => {
  const { path, file, said } = await follow(t, '')
  appendFileSync(path, 'one\ntwo\n')
  while (said.length < 2) await new Promise((resolve) => setTimeout(resolve, 20))
  await file.stop()
})

test('renamed away: the rest of the old one is read, then the new one from its beginning', async (t) => {
  const { path, file, said, troubles } = await follow(t, 'old\n')
  appendFileSync(path, 'last words\n')
  renameSync(path, `${path}.1`)
  await file.look()
  appendFileSync(`${path}.1`, 'very last words\n')
  writeFileSync(path, 'first words\n')
  await file.look()
  await file.stop()
  assert.deepEqual(said, ['last words', 'very last words', 'first words'])
  assert.deepEqual(troubles, [])
})

test('truncated: read from its beginning, and told', async (t) => {
  const { path, file, said } = await follow(t, 'old and long\n')
  appendFileSync(path, 'one\n')
  await file.look()
  truncateSync(path)
  appendFileSync(path, 'two\n')
  await file.look()
  await file.stop()
  assert.deepEqual(said, ['one', 'two'])
  assert.deepEqual(file.notes, ['it was truncated; what was written just before may be missing'])
})

test('truncated and written beyond its old length meanwhile: noticed, too', async (t) => {
  const { path, file, said } = await follow(t, '')
  appendFileSync(path, 'one\n')
  await file.look()
  writeFileSync(path, 'another one\nand two\n')
  await file.look()
  await file.stop()
  assert.deepEqual(said, ['one', 'another one', 'and two'])
  assert.equal(file.notes.length, 1)
})

test('not there yet: told, and read from its beginning once it is', async (t) => {
  const { path, file, said, troubles } = await follow(t, undefined)
  assert.deepEqual(troubles, ['it is not there yet; it is followed once it is'])
  writeFileSync(path, 'hello\n')
  await file.look()
  await file.stop()
  assert.deepEqual(said, ['hello'])
})

test('a folder or a device is refused', async (t) => {
  for (const path of [temporaryFolder(t), '/dev/null']) {
    const file = new FollowedFile(path, systemClock)
    await assert.rejects(file.start({ entry() {}, trouble() {} }), ServerSideError)
  }
})

test('rotated several times between two looks: those between are read, too, in their order', async (t) => {
  const { path, file, said, troubles } = await follow(t, 'old\n', { 'a.log.9': 'of long ago\n' })
  writeFileSync(path.replace('a.log', 'a-errors.log'), 'of another\n')
  appendFileSync(path, 'one\n')
  for (const [round, words] of ['two', 'three', 'four'].entries()) {
    for (let number = round; number > 0; number--) renameSync(`${path}.${number}`, `${path}.${number + 1}`)
    renameSync(path, `${path}.1`)
    writeFileSync(path, `${words}\n`)
    // Files are sorted by when they were written, which a file system may tell in steps of 10 ms.
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await file.look()
  await file.stop()
  assert.deepEqual(said, ['one', 'two', 'three', 'four'])
  assert.deepEqual(troubles, [])
})

test('rotated and packed between two looks: told', async (t) => {
  const { path, file, said, troubles } = await follow(t, 'old\n')
  renameSync(path, `${path}.2`)
  writeFileSync(`${path}.1.gz`, 'packed')
  writeFileSync(path, 'three\n')
  await file.look()
  await file.stop()
  assert.deepEqual(said, ['three'])
  assert.deepEqual(troubles, ['a.log.1.gz was packed before it was read; its lines are missing'])
})

test('rotated while the reading is far behind: nothing is lost', async (t) => {
  const { path, file, said, troubles } = await follow(t, '')
  const lines = Array.from({ length: 40_000 }, (_, i) => `line ${i}`)
  const part = (from: number): string => `${lines.slice(from, from + 10_000).join('\n')}\n`
  appendFileSync(path, part(0))
  const looking = file.look()
  for (const from of [10_000, 20_000, 30_000]) {
    renameSync(path, `${path}.${from}`)
    writeFileSync(path, part(from))
    // Rotation comes by the hour; whoever looks five times a second sees each.
    await file.look()
  }
  await looking
  await file.stop()
  // As one text: the difference of two long lists takes minutes to be told.
  assert.ok(said.join() === lines.join(), `${said.length} lines of ${lines.length}`)
  assert.deepEqual(troubles, [])
})
