/** Bytes of a file: all at once, or piece by piece as they are read. */
export type ByteInput = Uint8Array | AsyncIterable<Uint8Array>

/** A place in a stream of bytes, from which a format takes what it needs. */
export interface ByteSource {
  /** The next piece, as large as it comes, or undefined at the end. */
  readonly next: () => Promise<Uint8Array | undefined>
  /** The next `count` bytes; fewer only where the stream ends. */
  readonly take: (count: number) => Promise<Uint8Array>
  /** Gives bytes back, to be read again first. */
  readonly unread: (bytes: Uint8Array) => void
  /** Lets go of what the bytes come from (an open file) wherever reading stopped. */
  readonly close: () => Promise<void>
}

export const byteSource = (input: ByteInput): ByteSource => {
  const pieces = input instanceof Uint8Array ? undefined : input[Symbol.asyncIterator]()
  let ahead: Array<Uint8Array> = input instanceof Uint8Array ? [input] : []

  const next = async (): Promise<Uint8Array | undefined> => {
    for (;;) {
      const piece = ahead.length > 0 ? ahead.shift() : (await pieces?.next())?.value
      if (piece === undefined || piece.length > 0) return piece
    }
  }
  const unread = (bytes: Uint8Array) => {
    ahead.unshift(bytes)
  }
  const take = async (count: number): Promise<Uint8Array> => {
    const out = new Uint8Array(count)
    let filled = 0
    while (filled < count) {
      const piece = await next()
      if (piece === undefined) return out.subarray(0, filled)
      const part = piece.subarray(0, count - filled)
      out.set(part, filled)
      filled += part.length
      if (part.length < piece.length) unread(piece.subarray(part.length))
    }
    return out
  }
  const close = async () => {
    ahead = []
    await pieces?.return?.()
  }
  return { next, take, unread, close }
}

/** What is left of a source, as a stream that closes it. */
export async function* remaining(source: ByteSource): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for (let piece = await source.next(); piece !== undefined; piece = await source.next()) yield piece
  } finally {
    await source.close()
  }
}
