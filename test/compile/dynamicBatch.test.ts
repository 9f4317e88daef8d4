import { describe, expect, it } from "vitest"
import { dynamicBatch } from "../../src/compile/dynamicBatch.ts"
import { encodeOnnx } from "../../src/compile/onnx/encode.ts"
import type { OnnxModel, OnnxNode, OnnxTensor } from "../../src/compile/onnx/model.ts"
import { runOnnx } from "../support/runOnnx.ts"

const ints = (name: string, ...values: ReadonlyArray<number>): OnnxTensor => ({
  name,
  type: "int64",
  dims: [values.length],
  data: BigInt64Array.from(values, BigInt)
})

/** x [batch, 2] -> y. */
const model = (
  batch: number,
  nodes: ReadonlyArray<OnnxNode>,
  constants: ReadonlyArray<OnnxTensor>,
  dims: ReadonlyArray<number>
): OnnxModel => ({
  name: "test",
  nodes,
  constants,
  inputs: [{ name: "x", type: "float32", dims: [batch, 2] }],
  outputs: [{ name: "y", type: "float32", dims }],
  opsets: { "": 17 }
})

const joined = (modelOf: (batch: number) => OnnxModel) => dynamicBatch(modelOf, [3, 5, 7], [["batch", 2]])

const x = { dims: [2, 2], data: Float32Array.of(1, 2, 3, 4) }

describe("dynamicBatch", () => {
  it("computes what is linear in the batch size from the shape of an input", async () => {
    const tile: OnnxNode = { op: "Tile", inputs: ["x", "c"], outputs: ["t"] }
    const sum: OnnxNode = { op: "ReduceSum", inputs: ["t"], outputs: ["y"] }
    const tiled = joined((batch) => model(batch, [tile, sum], [ints("c", 2 * batch - 1, 1)], [1, 1]))
    expect(tiled.nodes.map(({ op }) => op)).toEqual(["Shape", "Mul", "Add", "Tile", "ReduceSum"])
    const { y } = await runOnnx(encodeOnnx(tiled), { x })
    expect([...y.data]).toEqual([3 * 10])
  })

  it("fills constants that are as long as the batch, if their numbers are all the same", async () => {
    const ones = (batch: number, value = 1): OnnxTensor => ({
      name: "c",
      type: "float32",
      dims: [batch, 1],
      data: new Float32Array(batch).fill(value)
    })
    const node: OnnxNode = { op: "Concat", inputs: ["x", "c"], outputs: ["y"], attributes: { axis: { int: 1 } } }
    const filled = joined((batch) => model(batch, [node], [ones(batch)], [batch, 3]))
    const { y } = await runOnnx(encodeOnnx(filled), { x })
    expect([...y.data]).toEqual([1, 2, 1, 3, 4, 1])
    expect(() => joined((batch) => model(batch, [node], [ones(batch, batch)], [batch, 3]))).toThrow(
      /Concat: a constant of it depends on the batch size/
    )
  })

  it("tells constants by their numbers, under whatever names", () => {
    const add: OnnxNode = { op: "Unsqueeze", inputs: ["x", "a"], outputs: ["y"] }
    const named = (batch: number, name: string) =>
      model(batch, [{ ...add, inputs: ["x", name] }], [ints(name, 0)], [1, batch, 2])
    const same = joined((batch) => named(batch, `c${batch}`))
    expect(same.constants).toEqual([ints("c3", 0)])
    expect(same.outputs[0].dims).toEqual([1, "batch", 2])
  })

  it("refuses attributes and steps that depend on the batch size", () => {
    const attribute = (batch: number): OnnxNode => ({
      op: "Flatten",
      inputs: ["x"],
      outputs: ["y"],
      attributes: { axis: { int: batch } }
    })
    expect(() => joined((batch) => model(batch, [attribute(batch)], [], [batch, 2]))).toThrow(
      /Flatten: one of its attributes depends on the batch size/
    )
    const relu: OnnxNode = { op: "Relu", inputs: ["x"], outputs: ["y"] }
    const steps = (batch: number) => (batch > 5 ? [relu, { ...relu, inputs: ["y"], outputs: ["z"] }] : [relu])
    expect(() => joined((batch) => model(batch, steps(batch), [], [batch, 2]))).toThrow(/other steps/)
    const other = (batch: number) => [{ ...relu, op: batch > 3 ? "Abs" : "Relu" }]
    expect(() => joined((batch) => model(batch, other(batch), [], [batch, 2]))).toThrow(/Relu: .*other steps/)
  })

  it("refuses what two sizes would take for linear", () => {
    const square = (batch: number) => (batch - 3) * (batch - 5) + batch
    const sliced: OnnxNode = { op: "Reshape", inputs: ["x", "c"], outputs: ["y"] }
    expect(() => joined((batch) => model(batch, [sliced], [ints("c", square(batch))], [square(batch)]))).toThrow(
      /3, 5, 15 for batches of 3, 5, 7/
    )
  })
})
