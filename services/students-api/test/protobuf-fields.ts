import assert from 'node:assert/strict'

/** By its number, each field's values as they came: numbers of variable length, or bytes. */
export type Fields = Map<number, (bigint | Buffer)[]>

/** A message taken apart without knowing its type. https://protobuf.dev/programming-guides/encoding/ */
export function fieldsOf(message: Buffer): Fields {
  const fields: Fields = new Map()
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++] ?? assert.fail('the message ends early')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  const bytes = (length: number): Buffer => {
    at += length
    assert.ok(at <= message.length, 'the message ends early')
    return message.subarray(at - length, at)
  }
  const readers: Record<number, () => bigint | Buffer> = {
    0: varint,
    1: () => bytes(8),
    2: () => bytes(Number(varint())),
    5: () => bytes(4),
  }
  while (at < message.length) {
    const tag = Number(varint())
    const value = readers[tag & 7]?.() ?? assert.fail(`wire type ${tag & 7}`)
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value])
  }
  return fields
}

/** The messages that this way of fields leads to. */
export function messagesIn(message: Buffer, ...[first, ...rest]: number[]): Buffer[] {
  if (first === undefined) return [message]
  const inner = (fieldsOf(message).get(first) ?? []).filter((value) => Buffer.isBuffer(value))
  return inner.flatMap((field) => messagesIn(field, ...rest))
}

export function textIn(fields: Fields, field: number): string {
  return String(fields.get(field)?.[0])
}
