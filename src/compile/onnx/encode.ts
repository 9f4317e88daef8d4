import { CompileError } from "../compileError.ts"
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor, OnnxType, OnnxValue } from "./model.ts"

/**
 * The bytes of an ONNX file: a `ModelProto` in Protocol Buffers' encoding, IR version 8, which goes with opset 17. The
 * size of every part is known before the file is allocated, so that each constant is copied once.
 *
 * @throws CompileError for a constant whose numbers do not fill its shape, an attribute that is no whole number where one
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
  const { size, write } = message([
    int(1, 8),
    text(2, "hepaflow"),
    nested(7, graph(model)),
    ...Object.entries(model.opsets).map(([domain, version]) => nested(8, [text(1, domain), int(2, version)])),
    ...Object.entries(model.metadata ?? {}).map(([key, value]) => nested(14, [text(1, key), text(2, value)]))
  ])
  if (size > MAX_FILE) {
    throw new CompileError({
      op: `the model ${JSON.stringify(model.name)}`,
      reason: `its file would take ${size} bytes, and the format ends at 2 GB`,
      remedy: "make large tensors inputs in place of constants"
    })
  }
  const file = new Uint8Array(size)
  write({ file, view: new DataView(file.buffer), at: 0 })
  return file
}

/** Protocol Buffers' own limit. */
const MAX_FILE = 2 ** 31 - 1

const TYPES: Readonly<Record<OnnxType, number>> = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 }

const graph = ({ name, nodes, constants, inputs, outputs }: OnnxModel): ReadonlyArray<Part> => [
  ...nodes.map((each) => nested(1, node(each))),
  text(2, name),
  ...constants.map((each) => nested(5, tensor(each))),
  ...inputs.map((each) => nested(11, value(each))),
  ...outputs.map((each) => nested(12, value(each)))
]

const node = ({ op, domain = "", inputs, outputs, attributes = {} }: OnnxNode): ReadonlyArray<Part> => [
  ...inputs.map((name) => text(1, name)),
  ...outputs.map((name) => text(2, name)),
  // Values have one maker each, so this is unique; runtimes name a node in their errors and profiles.
  text(3, outputs.find((name) => name !== "") ?? ""),
  text(4, op),
  ...Object.entries(attributes).map(([name, each]) => nested(5, attribute(name, each))),
  text(7, domain)
]

const attribute = (name: string, given: OnnxAttribute): ReadonlyArray<Part> => {
  const of = (type: number, ...parts: ReadonlyArray<Part>) => [text(1, name), ...parts, int(20, type)]
  if ("float" in given) return of(1, float(2, given.float))
  if ("int" in given) return of(2, int(3, given.int))
  if ("string" in given) return of(3, text(4, given.string))
  if ("tensor" in given) return of(4, nested(5, tensor(given.tensor)))
  if ("floats" in given) return of(6, ...given.floats.map((each) => float(7, each)))
  return of(7, ...given.ints.map((each) => int(8, each)))
}

const tensor = ({ name, type, dims, data }: OnnxTensor): ReadonlyArray<Part> => {
  const wanted = dims.reduce((a, b) => a * b, 1)
  if (data.length !== wanted) {
    throw new CompileError({
      op: `the constant ${JSON.stringify(name)}`,
      reason: `${type} [${dims}] takes ${wanted} numbers, and it has ${data.length}`,
      remedy: "give as many as its shape has"
    })
  }
  return [
    ...dims.map((length) => int(1, length)),
    int(2, TYPES[type]),
    text(8, name),
    bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  ]
}

const value = ({ name, type, dims }: OnnxValue): ReadonlyArray<Part> => {
  const shape = dims.map((each) => nested(1, [typeof each === "number" ? int(1, each) : text(2, each)]))
  return [text(1, name), nested(2, [nested(1, [int(1, TYPES[type]), nested(2, shape)])])]
}

/** A piece of a file whose size is known before it is written. */
interface Part {
  readonly size: number
  readonly write: (to: Cursor) => void
}

interface Cursor {
  readonly file: Uint8Array
  readonly view: DataView
  at: number
}

const message = (parts: ReadonlyArray<Part>): Part => ({
  size: parts.reduce((sum, { size }) => sum + size, 0),
  write: (to) => {
    for (const { write } of parts) write(to)
  }
})

/** Seven bits a byte, the lowest first; a negative number as the 64 bits of its two's complement. */
const varint = (number: number): Part => {
  if (!Number.isSafeInteger(number)) {
    throw new CompileError({ op: `the number ${number}`, reason: "it is no whole number", remedy: "round it" })
  }
  if (number < 0) return { size: 10, write: (to) => writeVarint(to, BigInt.asUintN(64, BigInt(number))) }
  let size = 1
  for (let rest = number; rest >= 128; rest = Math.floor(rest / 128)) size++
  return {
    size,
    write: (to) => {
      let rest = number
      for (; rest >= 128; rest = Math.floor(rest / 128)) to.file[to.at++] = (rest % 128) + 128
      to.file[to.at++] = rest
    }
  }
}

const writeVarint = (to: Cursor, number: bigint) => {
  let rest = number
  for (; rest >= 128n; rest >>= 7n) to.file[to.at++] = Number(rest & 127n) + 128
  to.file[to.at++] = Number(rest)
}

/** What follows a field's number: a varint, four bytes, or a length and as many bytes. */
const WIRE = { varint: 0, lengthDelimited: 2, fixed32: 5 }

const tag = (field: number, wire: number): Part => varint(field * 8 + wire)

const int = (field: number, number: number): Part => message([tag(field, WIRE.varint), varint(number)])

const float = (field: number, number: number): Part =>
  message([
    tag(field, WIRE.fixed32),
    {
      size: 4,
      write: (to) => {
        to.view.setFloat32(to.at, number, true)
        to.at += 4
      }
    }
  ])

const bytes = (field: number, content: Uint8Array): Part =>
  message([
    tag(field, WIRE.lengthDelimited),
    varint(content.length),
    {
      size: content.length,
      write: (to) => {
        to.file.set(content, to.at)
        to.at += content.length
      }
    }
  ])

const UTF8 = new TextEncoder()

const text = (field: number, content: string): Part => bytes(field, UTF8.encode(content))

const nested = (field: number, parts: ReadonlyArray<Part>): Part => {
  const content = message(parts)
  return message([tag(field, WIRE.lengthDelimited), varint(content.size), content])
}
