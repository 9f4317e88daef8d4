import { gunzipSync } from "node:zlib"
import fc from "fast-check"
import { expect, it } from "vitest"
import { type GzipLevel, gzipBytes } from "../../src/formats/gzipBytes.ts"
import { gzip } from "../../src/node/gzip.ts"

const level = fc.integer({ min: 1, max: 9 }) as fc.Arbitrary<GzipLevel>
const bytes = fc.uint8Array({ maxLength: 5000 })

it("comes back through zlib, at every level, by either code", async () => {
  await fc.assert(
    fc.asyncProperty(bytes, level, async (bytes, level) => {
      for (const file of [await gzip(bytes, level), gzipBytes(bytes, level)])
        expect(new Uint8Array(gunzipSync(file))).toEqual(bytes)
    })
  )
})

it("writes no time into the header, so that the same bytes give the same file", async () => {
  for (const file of [await gzip(Uint8Array.of(1, 2, 3)), gzipBytes(Uint8Array.of(1, 2, 3))])
    expect([...file.subarray(4, 8)]).toEqual([0, 0, 0, 0])
})

it("takes the effort that was asked for", async () => {
  const text = new TextEncoder().encode(Array.from({ length: 20000 }, (_, i) => (i * i) % 977).join(" "))
  expect((await gzip(text, 9)).length).toBeLessThan((await gzip(text, 1)).length)
  expect(gzipBytes(text, 9).length).toBeLessThan(gzipBytes(text, 1).length)
})
