import fc from "fast-check"
import { expect, it } from "vitest"
import {
  readSafetensors,
  type SafeTensor,
  SafetensorsError,
  writeSafetensors
} from "../../../src/formats/safetensors.ts"

const shapes = fc.array(fc.nat({ max: 4 }), { maxLength: 4 })
const size = (shape: ReadonlyArray<number>) => shape.reduce((product, n) => product * n, 1)

const ofDtype = <A>(make: (shape: ReadonlyArray<number>, bytes: Uint8Array<ArrayBuffer>) => A, bytesEach: number) =>
  shapes.chain((shape) =>
    fc
      .uint8Array({ minLength: size(shape) * bytesEach, maxLength: size(shape) * bytesEach })
      .map((bytes) => make(shape, new Uint8Array(bytes)))
  )

const tensors: fc.Arbitrary<SafeTensor> = fc.oneof(
  ofDtype<SafeTensor>((shape, data) => ({ dtype: "U8", shape, data }), 1),
  ofDtype<SafeTensor>((shape, { buffer }) => ({ dtype: "BF16", shape, data: new Uint16Array(buffer) }), 2),
  ofDtype<SafeTensor>((shape, { buffer }) => ({ dtype: "I32", shape, data: new Int32Array(buffer) }), 4),
  ofDtype<SafeTensor>((shape, { buffer }) => ({ dtype: "U64", shape, data: new BigUint64Array(buffer) }), 8)
)

const text = fc.string({ unit: "grapheme" })
const dicts = fc
  .uniqueArray(fc.tuple(text, tensors), { maxLength: 6, selector: ([name]) => name })
  .map((pairs) => new Map(pairs.filter(([name]) => name !== "__metadata__")))
const metadata = fc.uniqueArray(fc.tuple(text, text), { maxLength: 3, selector: ([key]) => key }).map((m) => new Map(m))

it("what was written is read back, and begins at a multiple of eight", () => {
  fc.assert(
    fc.property(dicts, metadata, (dict, notes) => {
      const file = writeSafetensors(dict, { metadata: notes })
      const read = readSafetensors(file)
      expect(new Map(read.tensors)).toEqual(dict)
      expect(new Map(read.metadata)).toEqual(notes)
      expect(Number(new DataView(file.buffer).getBigUint64(0, true)) % 8).toBe(0)
    })
  )
})

it("the same tensors give the same bytes in any order", () => {
  fc.assert(
    fc.property(dicts, (dict) => {
      expect(writeSafetensors(new Map([...dict].reverse()))).toEqual(writeSafetensors(dict))
    })
  )
})

const file = writeSafetensors(
  new Map<string, SafeTensor>([
    ["conv.weight", { dtype: "F32", shape: [2, 1, 1, 2], data: Float32Array.of(1, 2, 3, 4) }],
    ["conv.bias", { dtype: "F32", shape: [2], data: Float32Array.of(5, 6) }],
    ["steps", { dtype: "I64", shape: [], data: BigInt64Array.of(7n) }],
    ["empty", { dtype: "U8", shape: [0], data: new Uint8Array() }]
  ]),
  { metadata: new Map([["format", "pt"]]) }
)

const DATA_BYTES = 4 * 4 + 2 * 4 + 8

/** One edit of a file: overwrite, insert or remove bytes, preferring those that mean something in a header. */
const edits = fc.record({
  at: fc.nat({ max: file.length }),
  removed: fc.nat({ max: 12 }),
  inserted: fc.oneof(
    fc.uint8Array({ maxLength: 8 }),
    fc
      .constantFrom('"', "{", "}", "[", "]", ",", ":", "0", "1", "9", "-", ".", "e", "\\", "null", "F32", "I64", "[]")
      .map((token) => new TextEncoder().encode(token))
  )
})

const apply = (bytes: Uint8Array, { at, removed, inserted }: { at: number; removed: number; inserted: Uint8Array }) =>
  Uint8Array.from([...bytes.subarray(0, at), ...inserted, ...bytes.subarray(at + removed)])

it("a mutated file is read whole or refused by a typed error, within its own size", () => {
  let [accepted, refused] = [0, 0]
  fc.assert(
    fc.property(fc.array(edits, { minLength: 1, maxLength: 3 }), fc.boolean(), (all, repair) => {
      const mutated = all.reduce(apply, file)
      // With the header's length mended, more mutations get past the first check.
      if (repair && mutated.length > 8 + DATA_BYTES) {
        new DataView(mutated.buffer).setBigUint64(0, BigInt(mutated.length - 8 - DATA_BYTES), true)
      }
      try {
        let total = 0
        for (const tensor of readSafetensors(mutated).tensors.values()) total += tensor.data.byteLength
        expect(total).toBeLessThanOrEqual(mutated.length)
        accepted++
      } catch (error) {
        if (!(error instanceof SafetensorsError)) throw error
        refused++
      }
    }),
    { numRuns: 3000 }
  )
  expect(accepted).toBeGreaterThan(10)
  expect(refused).toBeGreaterThan(100)
})
