import { constants, deflateRawSync, gzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { GzipError, gunzip } from "../../src/formats/index.ts"
import { gunzip as nodeGunzip } from "../../src/node/gunzip.ts"
import { inPieces } from "../support/nifti.ts"

const text = new TextEncoder().encode("what a gzip file may hold ".repeat(5000))

describe.each([
  ["anywhere", gunzip],
  ["in Node", nodeGunzip]
])("gunzip %s", (_, codec) => {
  const inflate = async (file: Uint8Array, size = 50_000) => {
    const pieces: Array<Uint8Array> = []
    for await (const piece of codec(inPieces(file, size))) pieces.push(piece)
    return Buffer.concat(pieces)
  }
  const isText = async (file: Uint8Array, size?: number) =>
    expect(Buffer.from(text).equals(await inflate(file, size))).toBe(true)

  it.each([1, 17, 1e9])("joins what comes in pieces of %d bytes", async (size) => {
    await isText(gzipSync(text), size)
  })

  it("reads stored, fixed and dynamic blocks", async () => {
    await isText(gzipSync(text, { level: 0 }))
    await isText(gzipSync(text, { strategy: constants.Z_FIXED }))
    await isText(gzipSync(text, { strategy: constants.Z_HUFFMAN_ONLY }))
  })

  it("reads a header with every optional field", async () => {
    const member = gzipSync(text)
    const fields = [4, 0, 9, 9, 9, 9, ...Buffer.from("a name\0"), ...Buffer.from("a comment\0"), 7, 7]
    const header = member.slice(0, 10)
    header[3] = 2 + 4 + 8 + 16
    const file = Buffer.concat([header, Uint8Array.from(fields), member.subarray(10)])
    for (const size of [1, 12, 1e9]) await isText(file, size)
  })

  it("reads a thousand members", async () => {
    const part = (i: number) => gzipSync(text.subarray(i * 130, (i + 1) * 130))
    await isText(Buffer.concat(Array.from({ length: 1000 }, (_, i) => part(i))))
  })

  it("reads a member without a byte", async () => {
    expect((await inflate(gzipSync(new Uint8Array(0)))).length).toBe(0)
  })

  it.each([1, 1e9])("ignores what follows the last member, in pieces of %d", async (size) => {
    const small = gzipSync(text.subarray(0, 99))
    for (const tail of [new Uint8Array(512), Uint8Array.of(0x1f), new TextEncoder().encode("garbage")]) {
      expect(await inflate(Buffer.concat([small, tail]), size)).toEqual(Buffer.from(text.subarray(0, 99)))
    }
  })

  it("refuses a stream that ends early, wherever it ends", async () => {
    const file = gzipSync(text.subarray(0, 400))
    for (let length = 3; length < file.length; length++) {
      await expect(inflate(file.subarray(0, length))).rejects.toThrow("its gzip stream ends early")
    }
  })

  it("refuses a second member that ends early", async () => {
    const file = gzipSync(text.subarray(0, 400))
    await expect(inflate(Buffer.concat([file, file.subarray(0, 30)]))).rejects.toThrow(GzipError)
  })

  it("refuses what is no gzip", async () => {
    await expect(inflate(text)).rejects.toThrow("it is not a gzip stream")
    await expect(inflate(deflateRawSync(text))).rejects.toThrow(GzipError)
  })

  it.each([
    ["a wrong checksum", -8, /CRC-32/],
    ["a wrong length", -4, /length does not match/],
    ["undefined flags", 3 - gzipSync(text).length, /flags that gzip does not define/]
  ])("refuses %s", async (_, from, reason) => {
    const file = gzipSync(text)
    file[file.length + from] ^= 0x80
    await expect(inflate(file)).rejects.toThrow(reason)
  })

  it("refuses blocks of no kind", async () => {
    await expect(inflate(Buffer.concat([gzipSync(text).subarray(0, 10), Uint8Array.of(7, 7, 7, 7)]))).rejects.toThrow(
      "its compressed data are damaged"
    )
  })

  it("stops reading its input when it is left", async () => {
    let pieces = 0
    async function* endless() {
      const file = gzipSync(Buffer.alloc(64 << 20), { level: 1 })
      for await (const piece of inPieces(file, 100)) {
        pieces++
        yield piece
      }
    }
    for await (const piece of codec(endless())) {
      expect(piece.length).toBeGreaterThan(0)
      break
    }
    expect(pieces).toBeLessThan(1000)
  })
})
