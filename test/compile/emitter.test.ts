import { describe, expect, it } from "vitest"
import { dataOf, type Laid, makeEmitter } from "../../src/compile/emitter.ts"
import { identity, NCHW } from "../../src/compile/layout.ts"

const emitter = (contrib = true) => makeEmitter({ contrib })

const map: Laid = { name: "x", shape: [2, 5, 7, 3], dtype: "float32", order: NCHW }
const vector: Laid = { name: "v", shape: [3], dtype: "float32", order: [0] }
const constant = (shape: ReadonlyArray<number>, values: ReadonlyArray<number>): Laid => ({
  name: "",
  shape,
  dtype: "float32",
  order: identity(shape.length),
  constant: Float32Array.from(values)
})

describe("nodes", () => {
  it("are written in their order, with names of their own and options by kind", () => {
    const emit = emitter()
    const [a, b] = emit.ops("Split", ["x", emit.ints([1, 2])], 2, { axis: 1 })
    const y = emit.op("Conv", [a, b], { pads: [1, 1], auto_pad: "NOTSET", alpha: { float: 0.5 } })
    expect(new Set([a, b, y]).size).toBe(3)
    expect(emit.nodes).toMatchObject([
      { op: "Split", inputs: ["x", emit.constants[0].name], outputs: [a, b], attributes: { axis: { int: 1 } } },
      {
        op: "Conv",
        inputs: [a, b],
        outputs: [y],
        attributes: { pads: { ints: [1, 1] }, auto_pad: { string: "NOTSET" }, alpha: { float: 0.5 } }
      }
    ])
  })

  it("that are asked for again are not written again, and all that differs is", () => {
    const emit = emitter()
    const clip = (input: string, alpha: number) => emit.op("Elu", [input], { alpha: { float: alpha } })
    expect(clip("x", 1)).toBe(clip("x", 1))
    expect(emit.ops("Split", ["x"], 2)).toEqual(emit.ops("Split", ["x"], 2))
    expect(emit.nodes).toHaveLength(2)
    const numbers = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    expect(new Set([...numbers.map((alpha) => clip("x", alpha)), clip("y", 0), emit.op("Elu", ["x"])]).size).toBe(7)
    expect(emit.nodes).toHaveLength(9)
    expect(emit.op("Cast", ["x"], { to: 1 })).not.toBe(emit.op("Cast", ["x"], { to: "1" }))
  })

  it("that write over what they are given are given memory that is nobody else's", () => {
    const emit = emitter()
    const names = [emit.scratch([2, 3]), emit.scratch([2, 3])].flat()
    expect(new Set(names).size).toBe(4)
    expect(emit.nodes.map(({ op, outputs }) => [op, outputs])).toEqual([
      ["Split", names.slice(0, 2)],
      ["Split", names.slice(2)]
    ])
    const [one, other] = emit.nodes.map(({ inputs }) => inputs[0])
    expect(one).not.toBe(other)
  })

  it("that reshape what was reshaped start from what it was before", () => {
    const emit = emitter()
    const flat = emit.reshape("x", [6])
    emit.reshape(flat, [2, 3])
    expect(emit.nodes.map(({ inputs: [from] }) => from)).toEqual(["x", "x"])
    expect(emit.reshape(emit.reshape(flat, [3, 2]), [6])).toBe(flat)
  })

  it("beyond ONNX's own name their domain", () => {
    const emit = emitter()
    emit.op("com.microsoft.FusedMatMul", ["a", "b"])
    expect(emit.nodes).toMatchObject([{ op: "FusedMatMul", domain: "com.microsoft" }])
  })
})

describe("constants", () => {
  it("that are small and the same are one", () => {
    const emit = emitter()
    expect(emit.ints([1, 2])).toBe(emit.ints([1, 2]))
    expect(emit.ints([1, 2])).not.toBe(emit.ints([2, 1]))
    expect(emit.scalar("float32", 1)).not.toBe(emit.scalar("int32", 1))
    expect(emit.scalar("float32", 0)).not.toBe(emit.scalar("float32", -0))
    expect(emit.tensor("float32", [2], Float32Array.of(1, 2))).not.toBe(
      emit.tensor("float32", [1, 2], Float32Array.of(1, 2))
    )
    expect(emit.constants.length).toBe(8)
  })

  it("are laid out when they are placed, each once in each order", () => {
    const emit = emitter()
    const values = constant([2, 3], [1, 2, 3, 4, 5, 6])
    const turned = emit.place(values, [1, 0])
    expect(emit.place(values, [1, 0])).toBe(turned)
    expect(emit.constants).toEqual([
      { name: turned, type: "float32", dims: [3, 2], data: Float32Array.of(1, 4, 2, 5, 3, 6) }
    ])
    expect(emit.nodes).toEqual([])
  })

  it("that fill a shape with one number are written out only where they have to be", () => {
    const emit = emitter()
    const ones: Laid = { ...map, name: "", constant: { splat: 1 }, order: identity(4) }
    expect(emit.operand(ones, NCHW)).toBe(emit.scalar("float32", 1))
    emit.place(ones, NCHW)
    expect(emit.constants.map(({ dims }) => dims)).toEqual([[], [2, 3, 5, 7]])
    expect(dataOf("int32", { splat: 3 }, 2)).toEqual(Int32Array.of(3, 3))
  })
})

describe("placing a tensor", () => {
  it("moves nothing where it lies in the order already", () => {
    const emit = emitter()
    expect(emit.place(map, NCHW)).toBe("x")
    expect(emit.nodes).toEqual([])
  })

  it("moves it once for each other order", () => {
    const emit = emitter()
    const plain = emit.place(map, identity(4))
    expect(emit.place(map, identity(4))).toBe(plain)
    expect(emit.nodes).toMatchObject([{ op: "Transpose", inputs: ["x"], attributes: { perm: { ints: [0, 2, 3, 1] } } }])
  })

  it("only says the lengths anew where memory is the same", () => {
    const emit = emitter()
    emit.place({ ...map, shape: [2, 5, 7, 1] }, identity(4))
    expect(emit.nodes.map(({ op }) => op)).toEqual(["Reshape"])
    expect(emit.constants[0].data).toEqual(BigInt64Array.of(2n, 5n, 7n, 1n))
  })
})

describe("an operand of fewer axes", () => {
  it("gets axes of length 1 in front, so that it meets the axes that it belongs to", () => {
    const emit = emitter()
    emit.operand(vector, NCHW)
    expect(emit.nodes.map(({ op }) => op)).toEqual(["Reshape"])
    expect(emit.constants[0].data).toEqual(BigInt64Array.of(1n, 3n, 1n, 1n))
  })

  it("stays as it is where its last axes are the last in memory", () => {
    const emit = emitter()
    emit.operand(vector, identity(1))
    expect(emit.operand({ ...vector, shape: [], order: [] }, NCHW)).toBe("v")
    expect(emit.nodes).toEqual([])
  })

  it("is moved where its axes lie otherwise", () => {
    const emit = emitter()
    emit.operand({ name: "m", shape: [7, 3], dtype: "float32", order: [0, 1] }, NCHW)
    const [reshape, transpose] = emit.nodes
    expect([reshape.op, transpose.op, transpose.attributes]).toEqual([
      "Reshape",
      "Transpose",
      { perm: { ints: [0, 3, 1, 2] } }
    ])
  })

  it("is laid out at once where it is constant", () => {
    const emit = emitter()
    emit.operand(constant([3], [1, 2, 3]), NCHW)
    expect(emit.constants).toMatchObject([{ dims: [1, 3, 1, 1], data: Float32Array.of(1, 2, 3) }])
    expect(emit.nodes).toEqual([])
  })
})

describe("products of transposed factors", () => {
  it("are one node of ONNX Runtime's", () => {
    const emit = emitter()
    emit.matMul("a", "b", { transposeB: true, ranks: [3, 3] })
    expect(emit.nodes).toMatchObject([{ op: "FusedMatMul", attributes: { transA: { int: 0 }, transB: { int: 1 } } }])
  })

  it("are moved first in plain ONNX", () => {
    const emit = emitter(false)
    emit.matMul("a", "b", { transposeA: true, ranks: [3, 2] })
    expect(emit.nodes).toMatchObject([
      { op: "Transpose", inputs: ["a"], attributes: { perm: { ints: [0, 2, 1] } } },
      { op: "MatMul", inputs: [emit.nodes[0].outputs[0], "b"] }
    ])
  })

  it("need nothing of it where none is", () => {
    const emit = emitter()
    emit.matMul("a", "b")
    expect(emit.nodes).toMatchObject([{ op: "MatMul" }])
  })
})
