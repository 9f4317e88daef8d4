import { expect, it } from "vitest"
import { byteSource, remaining } from "../../src/formats/byteSource.ts"
import { inPieces } from "../support/nifti.ts"

const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7)

it.each([
  bytes,
  inPieces(bytes, 2)
])("gives as many bytes as are asked for, and fewer only at the end", async (input) => {
  const source = byteSource(input)
  expect([...(await source.take(3))]).toEqual([1, 2, 3])
  expect([...(await source.take(1))]).toEqual([4])
  expect([...(await source.take(9))]).toEqual([5, 6, 7])
  expect(await source.next()).toBeUndefined()
})

it("reads again what it was given back", async () => {
  const source = byteSource(inPieces(bytes, 4))
  source.unread(await source.take(6))
  expect([...(await source.take(7))]).toEqual([...bytes])
})

it("passes over empty pieces", async () => {
  async function* pieces() {
    yield new Uint8Array(0)
    yield bytes
  }
  expect(await byteSource(pieces()).next()).toBe(bytes)
})

it("what remains is a stream that closes its source when it is left", async () => {
  let closed = false
  async function* file() {
    try {
      yield* inPieces(bytes, 3)
    } finally {
      closed = true
    }
  }
  for await (const piece of remaining(byteSource(file()))) {
    expect([...piece]).toEqual([1, 2, 3])
    break
  }
  expect(closed).toBe(true)
})
