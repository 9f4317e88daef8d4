import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { readSafetensors, type SafeTensor, SafetensorsError, writeSafetensors } from "../../src/formats/safetensors.ts"

const fixture = (name: string) => new URL(`../fixtures/safetensors/${name}`, import.meta.url)

interface Verdict {
  readonly what: string
  readonly accepted: boolean
  readonly base64: string
}

const verdicts: ReadonlyArray<Verdict> = JSON.parse(readFileSync(fixture("verdicts.json"), "utf8"))

/** What the reference implementation lets pass, and we do not. */
const STRICTER = new Set([
  "a leading space",
  "a name twice",
  "a name twice, once escaped",
  "a key of the metadata twice",
  "an unknown field",
  "null for metadata",
  "a tensor as an array",
  "an empty dimension beside one of 2^60"
])

const accepts = (bytes: Uint8Array): boolean => {
  try {
    readSafetensors(bytes)
    return true
  } catch (error) {
    if (error instanceof SafetensorsError) return false
    throw error
  }
}

const f32 = (shape: ReadonlyArray<number>, ...values: ReadonlyArray<number>): SafeTensor => ({
  dtype: "F32",
  shape,
  data: Float32Array.from(values)
})

it.each(verdicts.filter(({ what }) => !STRICTER.has(what)))("agrees with the reference implementation on $what", ({
  accepted,
  base64
}) => {
  expect(accepts(Buffer.from(base64, "base64"))).toBe(accepted)
})

it.each(
  verdicts.filter(({ what }) => STRICTER.has(what))
)("refuses $what, which the reference implementation lets pass", ({ accepted, base64 }) => {
  expect(accepted).toBe(true)
  expect(accepts(Buffer.from(base64, "base64"))).toBe(false)
})

it("writes byte for byte what the reference implementation writes, in whatever order the tensors come", () => {
  const file = readFileSync(fixture("reference.safetensors"))
  const { tensors, metadata } = readSafetensors(file)
  expect(tensors.size).toBe(32)
  expect(Buffer.from(writeSafetensors(tensors, { metadata }))).toEqual(file)
  expect(Buffer.from(writeSafetensors(new Map([...tensors].reverse()), { metadata }))).toEqual(file)
})

it("reads values of each dtype", () => {
  const { tensors, metadata } = readSafetensors(readFileSync(fixture("reference.safetensors")))
  const bytes = (size: number) => Uint8Array.from({ length: 6 * size }, (_, i) => (i * 37 + 11) % 128).buffer
  expect(tensors.get("scalar")).toEqual(f32([], 1.5))
  expect(tensors.get("t.bool")?.data).toEqual(Uint8Array.of(0, 1, 0, 1, 0, 1))
  expect(tensors.get("t.int16")?.data).toEqual(new Int16Array(bytes(2)))
  expect(tensors.get("t.bfloat16")?.data).toEqual(new Uint16Array(bytes(2)))
  expect(tensors.get("t.complex64")?.data).toEqual(new Float32Array(bytes(8)))
  expect(tensors.get("t.int64")?.data).toEqual(new BigInt64Array(bytes(8)))
  expect(tensors.get("empty")?.shape).toEqual([0, 2])
  expect([...metadata]).toEqual([["for\n", "é\\"]])
})

it("reads tensors that no alignment fits, from Node's buffers too", () => {
  const file = writeSafetensors(new Map([["a", f32([2], 1, 2)]]))
  const shifted = Buffer.concat([Buffer.from([0]), file]).subarray(1)
  expect(readSafetensors(shifted).tensors.get("a")).toEqual(f32([2], 1, 2))
})

it("gives views of the file where alignment allows", () => {
  const file = writeSafetensors(new Map([["a", f32([2], 1, 2)]]))
  expect(readSafetensors(file).tensors.get("a")?.data.buffer).toBe(file.buffer)
})

it("names the file and the tensor in its errors", () => {
  const file = writeSafetensors(new Map([["conv.weight", f32([2], 1, 2)]]))
  const text = new TextDecoder("latin1").decode(file).replace("[2]", "[3]")
  const mutated = Uint8Array.from(text, (c) => c.charCodeAt(0))
  expect(() => readSafetensors(mutated, "net.safetensors")).toThrow(
    'net.safetensors: tensor "conv.weight": F32 [3] does not take the 8 bytes that it has'
  )
})

it("says that a cut file may be incomplete", () => {
  const file = writeSafetensors(new Map([["a", f32([2], 1, 2)]]))
  for (const length of [3, 20, file.length - 1]) {
    expect(() => readSafetensors(file.subarray(0, length))).toThrow("is it complete?")
  }
})

it("reads a header of deep nesting or of one long string without exhausting the stack", () => {
  const wrap = (header: string) => {
    const file = new Uint8Array(8 + header.length)
    new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true)
    file.set(new TextEncoder().encode(header), 8)
    return file
  }
  expect(accepts(wrap(`{"a":${"[".repeat(2_000_000)}`))).toBe(false)
  expect(accepts(wrap(`{"a":{"shape":[${"9".repeat(2_000_000)}]}}`))).toBe(false)
  expect(accepts(wrap(`{"__metadata__":{"a":"${'\\"'.repeat(2_000_000)}"}}`))).toBe(true)
})

it.each<readonly [string, string, SafeTensor]>([
  ["an array that does not fill its shape", "a", f32([3], 1, 2)],
  ["an array of another type", "a", { dtype: "F32", shape: [1], data: new Int32Array(1) } as never],
  ["a negative length", "a", f32([-1, -2], 1, 2)],
  ["the reserved name", "__metadata__", f32([1], 1)],
  ["a name that is not Unicode", "\ud800", f32([1], 1)]
])("does not write %s", (_, name, tensor) => {
  expect(() => writeSafetensors(new Map([[name, tensor]]))).toThrow(SafetensorsError)
})
