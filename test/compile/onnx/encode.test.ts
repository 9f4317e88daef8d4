import { spawnSync } from "node:child_process"
import { InferenceSession, Tensor } from "onnxruntime-node"
import { describe, expect, it } from "vitest"
import { CompileError } from "../../../src/compile/compileError.ts"
import { encodeOnnx } from "../../../src/compile/onnx/encode.ts"
import type { OnnxModel, OnnxNode, OnnxTensor, OnnxType, OnnxValue } from "../../../src/compile/onnx/model.ts"

const value = (name: string, type: OnnxType, ...dims: ReadonlyArray<number | string>): OnnxValue => ({
  name,
  type,
  dims
})

const x = value("x", "float32", 2, 3)

const modelOf = (nodes: ReadonlyArray<OnnxNode>, parts: Partial<OnnxModel> = {}): OnnxModel => ({
  name: "test",
  nodes,
  constants: [],
  inputs: [x],
  outputs: [value("y", "float32", 2, 3)],
  opsets: { "": 17 },
  ...parts
})

const numbers = new Tensor("float32", Float32Array.of(-3, -2, -1, 1, 2, 3), [2, 3])

/** What ONNX Runtime computes for one input. */
const compute = async (model: OnnxModel, input: Tensor = numbers) => {
  const session = await InferenceSession.create(encodeOnnx(model))
  const { y } = await session.run({ x: input })
  await session.release()
  return { dims: y?.dims, data: Array.from(y?.data as Float32Array), type: y?.type }
}

/** A constant that is the output. */
const constantOf = (constant: OnnxTensor) =>
  modelOf([{ op: "Identity", inputs: ["c"], outputs: ["y"] }], {
    constants: [{ ...constant, name: "c" }],
    inputs: [],
    outputs: [value("y", constant.type, ...constant.dims)]
  })

describe("attributes reach the operator", () => {
  it("a float", async () => {
    const node = { op: "LeakyRelu", inputs: ["x"], outputs: ["y"], attributes: { alpha: { float: 0.25 } } }
    expect((await compute(modelOf([node]))).data).toEqual([-0.75, -0.5, -0.25, 1, 2, 3])
  })

  it("a negative whole number", async () => {
    const node = { op: "Softmax", inputs: ["x"], outputs: ["y"], attributes: { axis: { int: -1 } } }
    const { data } = await compute(modelOf([node]))
    expect((data[0] as number) + (data[1] as number) + (data[2] as number)).toBeCloseTo(1)
  })

  it("whole numbers", async () => {
    const node = { op: "Transpose", inputs: ["x"], outputs: ["y"], attributes: { perm: { ints: [1, 0] } } }
    const { dims, data } = await compute(modelOf([node], { outputs: [value("y", "float32", 3, 2)] }))
    expect(dims).toEqual([3, 2])
    expect(data).toEqual([-3, 1, -2, 2, -1, 3])
  })

  it("floats", async () => {
    const node = { op: "Constant", inputs: [], outputs: ["c"], attributes: { value_floats: { floats: [1, 0.5, -2] } } }
    const { data } = await compute(modelOf([node, { op: "Add", inputs: ["x", "c"], outputs: ["y"] }]))
    expect(data).toEqual([-2, -1.5, -3, 2, 2.5, 1])
  })

  it("a string", async () => {
    const nodes = (mode: string): ReadonlyArray<OnnxNode> => [
      { op: "Pad", inputs: ["x", "pads"], outputs: ["y"], attributes: { mode: { string: mode } } }
    ]
    const parts: Partial<OnnxModel> = {
      constants: [{ name: "pads", type: "int64", dims: [4], data: BigInt64Array.of(0n, 1n, 0n, 0n) }],
      outputs: [value("y", "float32", 2, 4)]
    }
    expect((await compute(modelOf(nodes("edge"), parts))).data).toEqual([-3, -3, -2, -1, 1, 1, 2, 3])
    expect((await compute(modelOf(nodes("reflect"), parts))).data).toEqual([-2, -3, -2, -1, 2, 1, 2, 3])
  })

  it("a tensor", async () => {
    const tensor: OnnxTensor = { name: "", type: "float32", dims: [], data: Float32Array.of(10) }
    const node = { op: "Constant", inputs: [], outputs: ["c"], attributes: { value: { tensor } } }
    const { data } = await compute(modelOf([node, { op: "Mul", inputs: ["x", "c"], outputs: ["y"] }]))
    expect(data).toEqual([-30, -20, -10, 10, 20, 30])
  })
})

describe("constants keep type, shape and numbers", () => {
  const constants: ReadonlyArray<OnnxTensor> = [
    { name: "", type: "float32", dims: [2, 2], data: Float32Array.of(1.5, -0, 3.4e38, 1e-45) },
    { name: "", type: "int32", dims: [3], data: Int32Array.of(2 ** 31 - 1, -(2 ** 31), -1) },
    { name: "", type: "int64", dims: [2], data: BigInt64Array.of(2n ** 63n - 1n, -(2n ** 63n)) },
    { name: "", type: "bool", dims: [1, 2], data: Uint8Array.of(1, 0) },
    { name: "", type: "uint8", dims: [2], data: Uint8Array.of(255, 7) },
    { name: "", type: "float32", dims: [], data: Float32Array.of(4) },
    { name: "", type: "float32", dims: [2, 0], data: new Float32Array(0) }
  ]

  it.each(constants.map((each) => [`${each.type} [${each.dims}]`, each] as const))("%s", async (_, constant) => {
    const session = await InferenceSession.create(encodeOnnx(constantOf(constant)))
    const { y } = await session.run({})
    expect(y?.type).toBe(constant.type)
    expect(y?.dims).toEqual(constant.dims)
    expect(Array.from(y?.data as Float32Array)).toEqual(Array.from(constant.data as Float32Array))
  })

  it("a view into a larger array gives its own part", async () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3)
    const session = await InferenceSession.create(
      encodeOnnx(constantOf({ name: "", type: "float32", dims: [2], data }))
    )
    const { y } = await session.run({})
    expect(y?.data).toEqual(Float32Array.of(1, 2))
  })

  it("numbers that do not fill the shape are refused by name", () => {
    const constant: OnnxTensor = { name: "", type: "float32", dims: [2, 3], data: new Float32Array(5) }
    expect(() => encodeOnnx(constantOf(constant))).toThrow(
      'compile: the constant "c": float32 [2,3] takes 6 numbers, and it has 5; give as many as its shape has'
    )
  })

  it("numbers of another type are refused by name", () => {
    const constant: OnnxTensor = { name: "", type: "float32", dims: [2], data: Int32Array.of(1, 2) }
    expect(() => encodeOnnx(constantOf(constant))).toThrow(
      'compile: the constant "c": it is of float32, and its numbers are in a Int32Array; give them in a Float32Array'
    )
  })
})

it("a fraction where a whole number belongs is refused", () => {
  const node = { op: "Softmax", inputs: ["x"], outputs: ["y"], attributes: { axis: { int: 0.5 } } }
  expect(() => encodeOnnx(modelOf([node]))).toThrow(CompileError)
})

it("a file beyond what the format can hold is refused before it is made", () => {
  const data = new Uint8Array(2 ** 28)
  const constants = Array.from({ length: 8 }, (_, i) => ({
    name: `c${i}`,
    type: "uint8" as const,
    dims: [2 ** 28],
    data
  }))
  expect(() => encodeOnnx(modelOf([], { constants }))).toThrow(/the model "test": its file would take 21474\d{5} bytes/)
})

it("an input left out by an empty name keeps those after it in place", async () => {
  const high: OnnxTensor = { name: "high", type: "float32", dims: [], data: Float32Array.of(1) }
  const model = modelOf([{ op: "Clip", inputs: ["x", "", "high"], outputs: ["y"] }], { constants: [high] })
  expect((await compute(model)).data).toEqual([-3, -2, -1, 1, 1, 1])
})

it("a node may have several outputs, in their order", async () => {
  const model = modelOf([{ op: "Split", inputs: ["x"], outputs: ["first", "y"] }], {
    outputs: [value("y", "float32", 1, 3)]
  })
  expect((await compute(model)).data).toEqual([1, 2, 3])
})

it("a named dimension takes any size", async () => {
  const model = modelOf([{ op: "Relu", inputs: ["x"], outputs: ["y"] }], {
    inputs: [value("x", "float32", "batch", 3)],
    outputs: [value("y", "float32", "batch", 3)]
  })
  expect((await compute(model)).dims).toEqual([2, 3])
  expect((await compute(model, new Tensor("float32", new Float32Array(15), [5, 3]))).dims).toEqual([5, 3])
})

it("another domain's operators are found", async () => {
  const node = {
    op: "FusedMatMul",
    domain: "com.microsoft",
    inputs: ["x", "x"],
    outputs: ["y"],
    attributes: { transB: { int: 1 }, alpha: { float: 0.5 } }
  }
  const model = modelOf([node], { outputs: [value("y", "float32", 2, 2)], opsets: { "": 17, "com.microsoft": 1 } })
  expect((await compute(model)).data).toEqual([7, -5, -5, 7])
})

it("names and numbers beyond one byte survive", async () => {
  const long = "ä".repeat(200)
  const data = Float32Array.from({ length: 300 * 70 }, (_, i) => i)
  const model = modelOf([{ op: "Relu", inputs: [long], outputs: ["y"] }], {
    constants: [{ name: long, type: "float32", dims: [300, 70], data }],
    inputs: [],
    outputs: [value("y", "float32", 300, 70)]
  })
  const session = await InferenceSession.create(encodeOnnx(model))
  const { y } = await session.run({})
  expect(y?.data).toEqual(data)
})

const python = ["python3", "/usr/bin/python3"].find((name) => spawnSync(name, ["-c", "import onnx"]).status === 0)

describe.skipIf(python === undefined)("onnx's own reader (skipped where python3 lacks the package onnx)", () => {
  const program = `
import json, sys, onnx
from onnx import helper, numpy_helper
model = onnx.load_model_from_string(sys.stdin.buffer.read())
onnx.checker.check_model(model, full_check=True)
dim = lambda d: d.dim_param or d.dim_value
value = lambda v: [v.name, v.type.tensor_type.elem_type, [dim(d) for d in v.type.tensor_type.shape.dim]]
def plain(a):
    a = helper.get_attribute_value(a)
    if isinstance(a, onnx.TensorProto): return numpy_helper.to_array(a).tolist()
    return a.decode() if isinstance(a, bytes) else list(a) if hasattr(a, "__len__") else a
print(json.dumps({
    "ir": model.ir_version, "producer": model.producer_name, "name": model.graph.name,
    "opsets": {o.domain: o.version for o in model.opset_import},
    "metadata": {p.key: p.value for p in model.metadata_props},
    "inputs": [value(v) for v in model.graph.input], "outputs": [value(v) for v in model.graph.output],
    "constants": {t.name: [list(t.dims), numpy_helper.to_array(t).tolist()] for t in model.graph.initializer},
    "nodes": [[n.op_type, n.domain, n.name, list(n.input), list(n.output), {a.name: plain(a) for a in n.attribute}]
              for n in model.graph.node]}))
`

  it("finds every field as it was written, and the checker finds nothing wrong", () => {
    const tensor: OnnxTensor = { name: "t", type: "float32", dims: [1], data: Float32Array.of(2) }
    const file = encodeOnnx({
      name: "liver net",
      nodes: [
        { op: "Constant", inputs: [], outputs: ["two"], attributes: { value: { tensor } } },
        { op: "Constant", inputs: [], outputs: ["some"], attributes: { value_floats: { floats: [0.5, -1.25, 3] } } },
        { op: "Add", inputs: ["x", "two"], outputs: ["a"] },
        { op: "Mul", inputs: ["a", "some"], outputs: ["m"] },
        { op: "LeakyRelu", inputs: ["m"], outputs: ["l"], attributes: { alpha: { float: 0.125 } } },
        { op: "Clip", inputs: ["l", "", "high"], outputs: ["c"] },
        { op: "Softmax", inputs: ["c"], outputs: ["s"], attributes: { axis: { int: -1 } } },
        { op: "Pad", inputs: ["s", "pads"], outputs: ["p"], attributes: { mode: { string: "edge" } } },
        { op: "Transpose", inputs: ["p"], outputs: ["y"], attributes: { perm: { ints: [1, 0] } } }
      ],
      constants: [
        { name: "high", type: "float32", dims: [], data: Float32Array.of(6) },
        { name: "pads", type: "int64", dims: [4], data: BigInt64Array.of(0n, 1n, 0n, 0n) }
      ],
      inputs: [value("x", "float32", "batch", 3)],
      outputs: [value("y", "float32", 4, "batch")],
      opsets: { "": 17, "com.microsoft": 1 },
      metadata: { labels: "liver, tumour", note: "µ" }
    })
    const { stdout, stderr, status } = spawnSync(python as string, ["-c", program], { input: file, encoding: "utf8" })
    expect(status, stderr).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      ir: 8,
      producer: "hepaflow",
      name: "liver net",
      opsets: { "": 17, "com.microsoft": 1 },
      metadata: { labels: "liver, tumour", note: "µ" },
      inputs: [["x", 1, ["batch", 3]]],
      outputs: [["y", 1, [4, "batch"]]],
      constants: { high: [[], 6], pads: [[4], [0, 1, 0, 0]] },
      nodes: [
        ["Constant", "", "two", [], ["two"], { value: [2] }],
        ["Constant", "", "some", [], ["some"], { value_floats: [0.5, -1.25, 3] }],
        ["Add", "", "a", ["x", "two"], ["a"], {}],
        ["Mul", "", "m", ["a", "some"], ["m"], {}],
        ["LeakyRelu", "", "l", ["m"], ["l"], { alpha: 0.125 }],
        ["Clip", "", "c", ["l", "", "high"], ["c"], {}],
        ["Softmax", "", "s", ["c"], ["s"], { axis: -1 }],
        ["Pad", "", "p", ["s", "pads"], ["p"], { mode: "edge" }],
        ["Transpose", "", "y", ["p"], ["y"], { perm: [1, 0] }]
      ]
    })
  })
})
