/** Protocol Buffers' wire form, as much of it as OTLP uses. Source: https://protobuf.dev/programming-guides/encoding/ */
export type Wire = bigint | Buffer

/** A message by the numbers of its fields; each as often as it came. Throws a `RangeError` where it ends early or nests wrongly. */
export function fieldsOf(message: Buffer): Map<number, Wire[]> {
  const reader = new WireReader(message)
  const fields = new Map<number, Wire[]>()
  while (!reader.isAtEnd) {
    const [field, value] = reader.next()
    const before = fields.get(field)
    if (before === undefined) fields.set(field, [value])
    else before.push(value)
  }
  return fields
}

/** The messages in a field. */
export function messagesOf(fields: Map<number, Wire[]>, field: number): Buffer[] {
  return (fields.get(field) ?? []).filter((value) => Buffer.isBuffer(value))
}

/** The last one counts. `undefined` where there is none. */
export function bytesOf(fields: Map<number, Wire[]>, field: number): Buffer | undefined {
  return messagesOf(fields, field).at(-1)
}

export function numberOf(fields: Map<number, Wire[]>, field: number): bigint | undefined {
  return fields.get(field)?.findLast((value) => typeof value === 'bigint')
}

class WireReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  next(): [field: number, value: Wire] {
    const tag = Number(this.#varint())
    return [Math.floor(tag / 8), this.#value(tag % 8)]
  }

  #value(wireType: number): Wire {
    switch (wireType) {
      case 0:
        return this.#varint()
      case 1:
        return this.#take(8).readBigUInt64LE()
      case 2:
        return this.#take(Number(this.#varint()))
      case 5:
        return BigInt(this.#take(4).readUInt32LE())
      default:
        throw new RangeError(`wire type ${wireType} at byte ${this.#at}`)
    }
  }

  #varint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#take(1)[0]!
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
    throw new RangeError(`a number of more than ten bytes at byte ${this.#at}`)
  }

  #take(length: number): Buffer {
    const end = this.#at + length
    if (!(end <= this.#bytes.length))
      throw new RangeError(`it ends early: ${this.#bytes.length} bytes, ${end} expected`)
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }
}
