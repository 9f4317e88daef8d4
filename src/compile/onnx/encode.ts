import { CompileError } from "../compileError.ts"
import { sizeOf } from "../graph.ts"
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor, OnnxType, OnnxValue } from "./model.ts"

/**
 * The bytes of an ONNX file: a `ModelProto` in Protocol Buffers' encoding, IR version 8, which goes with opset 17. Each
 * constant is copied once, into its place.
 *
 * @throws CompileError for a constant whose numbers do not fill its shape or are of another type, an attribute that is no whole number where one
 * is asked for, and a file of 2 GB or more
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 * @example
 * ```ts
 * const x = { name: "x", type: "float32", dims: ["batch", 2] } as const
 * const file = encodeOnnx({
 *   name: "relu",
 *   nodes: [{ op: "Relu", inputs: ["x"], outputs: ["y"] }],
 *   constants: [],
 *   inputs: [x],
 *   outputs: [{ ...x, name: "y" }],
 *   opsets: { "": 17 }
 * })
 * ```
 */
export const encodeOnnx = (model: OnnxModel): Uint8Array<ArrayBuffer> => {
  const before = written((to) => {
    int(to, 1, 8)
    text(to, 2, "hepaflow")
    for (const [domain, version] of Object.entries(model.opsets)) {
      nested(to, 8, () => {
        text(to, 1, domain)
        int(to, 2, version)
      })
    }
    for (const [key, value] of Object.entries(model.metadata ?? {})) {
      nested(to, 14, () => {
        text(to, 1, key)
        text(to, 2, value)
      })
    }
  })
  const structure = written((to) => {
    for (const each of model.nodes) nested(to, 1, () => node(to, each))
    text(to, 2, model.name)
    for (const each of model.inputs) nested(to, 11, () => value(to, each))
    for (const each of model.outputs) nested(to, 12, () => value(to, each))
  })
  const graph = [structure, ...model.constants.flatMap(constant)]
  const parts = [before, written((to) => head(to, 7, bytesOf(graph))), ...graph]
  const size = bytesOf(parts)
  if (size > MAX_FILE) {
    throw new CompileError({
      op: `the model ${JSON.stringify(model.name)}`,
      reason: `its file would take ${size} bytes, and the format ends at 2 GB`,
      remedy: "make large tensors inputs in place of constants"
    })
  }
  const file = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    file.set(part, at)
    at += part.length
  }
  return file
}

/** Protocol Buffers' own limit. */
const MAX_FILE = 2 ** 31 - 1

const TYPES: Readonly<Record<OnnxType, number>> = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 }

const bytesOf = (parts: ReadonlyArray<Uint8Array>): number => parts.reduce((sum, { length }) => sum + length, 0)

/** A constant of a graph: what comes before its numbers, and these where they lie. */
const constant = (tensor: OnnxTensor): ReadonlyArray<Uint8Array> => {
  const { about, numbers } = tensorParts(tensor)
  return [
    written((to) => {
      head(to, 5, about.length + numbers.length)
      raw(to, about)
    }),
    numbers
  ]
}

/** What holds the numbers of each type. */
const HOLDS = {
  float32: Float32Array,
  uint8: Uint8Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array
} as const satisfies Readonly<Record<OnnxType, unknown>>

const tensorParts = ({ name, type, dims, data }: OnnxTensor) => {
  const wanted = sizeOf(dims)
  if (!(data instanceof HOLDS[type])) {
    throw new CompileError({
      op: `the constant ${JSON.stringify(name)}`,
      reason: `it is of ${type}, and its numbers are in a ${data.constructor.name}`,
      remedy: `give them in a ${HOLDS[type].name}`
    })
  }
  if (data.length !== wanted) {
    throw new CompileError({
      op: `the constant ${JSON.stringify(name)}`,
      reason: `${type} [${dims}] takes ${wanted} numbers, and it has ${data.length}`,
      remedy: "give as many as its shape has"
    })
  }
  const numbers = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  const about = written((to) => {
    for (const length of dims) int(to, 1, length)
    int(to, 2, TYPES[type])
    text(to, 8, name)
    head(to, 9, numbers.length)
  })
  return { about, numbers }
}

const node = (to: Writer, { op, domain, inputs, outputs, attributes = {} }: OnnxNode) => {
  for (const name of inputs) text(to, 1, name)
  for (const name of outputs) text(to, 2, name)
  // Values have one maker each, so this is unique; runtimes name a node in their errors and profiles.
  text(to, 3, outputs.find((name) => name !== "") ?? "")
  text(to, 4, op)
  for (const [name, each] of Object.entries(attributes)) nested(to, 5, () => attribute(to, name, each))
  if (domain !== undefined) text(to, 7, domain)
}

const attribute = (to: Writer, name: string, given: OnnxAttribute) => {
  text(to, 1, name)
  if ("float" in given) {
    float(to, 2, given.float)
    int(to, 20, 1)
  } else if ("int" in given) {
    int(to, 3, given.int)
    int(to, 20, 2)
  } else if ("string" in given) {
    text(to, 4, given.string)
    int(to, 20, 3)
  } else if ("tensor" in given) {
    const { about, numbers } = tensorParts(given.tensor)
    head(to, 5, about.length + numbers.length)
    raw(to, about)
    raw(to, numbers)
    int(to, 20, 4)
  } else if ("floats" in given) {
    for (const each of given.floats) float(to, 7, each)
    int(to, 20, 6)
  } else {
    for (const each of given.ints) int(to, 8, each)
    int(to, 20, 7)
  }
}

const value = (to: Writer, { name, type, dims }: OnnxValue) => {
  const dim = (each: number | string) => (typeof each === "number" ? int(to, 1, each) : text(to, 2, each))
  const shape = () => {
    for (const each of dims) nested(to, 1, () => dim(each))
  }
  const tensorType = () => {
    int(to, 1, TYPES[type])
    nested(to, 2, shape)
  }
  text(to, 1, name)
  nested(to, 2, () => nested(to, 1, tensorType))
}

/** Bytes that grow. */
interface Writer {
  bytes: Uint8Array
  length: number
}

const written = (write: (to: Writer) => void): Uint8Array => {
  const to: Writer = { bytes: new Uint8Array(256), length: 0 }
  write(to)
  return to.bytes.subarray(0, to.length)
}

const reserve = (to: Writer, more: number) => {
  const wanted = to.length + more
  if (wanted <= to.bytes.length) return
  const bytes = new Uint8Array(Math.max(wanted, 2 * to.bytes.length))
  bytes.set(to.bytes.subarray(0, to.length))
  to.bytes = bytes
}

const LONGEST_VARINT = 10

/** Seven bits a byte, the lowest first; a negative number as the 64 bits of its two's complement. */
const varint = (to: Writer, number: number) => {
  if (!Number.isSafeInteger(number)) {
    throw new CompileError({ op: `the number ${number}`, reason: "it is no whole number", remedy: "round it" })
  }
  reserve(to, LONGEST_VARINT)
  let rest = number
  if (number < 0) {
    let bits = BigInt.asUintN(64, BigInt(number))
    for (; bits >= 128n; bits >>= 7n) to.bytes[to.length++] = Number(bits & 127n) + 128
    rest = Number(bits)
  }
  for (; rest >= 128; rest = Math.floor(rest / 128)) to.bytes[to.length++] = (rest % 128) + 128
  to.bytes[to.length++] = rest
}

const raw = (to: Writer, content: Uint8Array) => {
  reserve(to, content.length)
  to.bytes.set(content, to.length)
  to.length += content.length
}

/** What follows a field's number: a varint, a length and as many bytes, or four bytes. */
const WIRE = { varint: 0, lengthDelimited: 2, fixed32: 5 }

const int = (to: Writer, field: number, number: number) => {
  varint(to, field * 8 + WIRE.varint)
  varint(to, number)
}

const float = (to: Writer, field: number, number: number) => {
  varint(to, field * 8 + WIRE.fixed32)
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setFloat32(0, number, true)
  raw(to, bytes)
}

/** Announces a field of so many bytes. */
const head = (to: Writer, field: number, length: number) => {
  varint(to, field * 8 + WIRE.lengthDelimited)
  varint(to, length)
}

const UTF8 = new TextEncoder()

const text = (to: Writer, field: number, content: string) => {
  const bytes = UTF8.encode(content)
  head(to, field, bytes.length)
  raw(to, bytes)
}

/** A message in a message. Its length comes before it and is known after it: it is moved by the bytes that this takes. */
const nested = (to: Writer, field: number, write: () => void) => {
  varint(to, field * 8 + WIRE.lengthDelimited)
  const begin = to.length
  write()
  const end = to.length
  varint(to, end - begin)
  const shift = to.length - end
  const length = to.bytes.slice(end, to.length)
  to.bytes.copyWithin(begin + shift, begin, end)
  to.bytes.set(length, begin)
}
