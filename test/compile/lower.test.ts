import "@tensorflow/tfjs-backend-cpu"
import "../../src/backend/gradients.ts"
import {
  add,
  concat,
  conv2d,
  grad,
  grads,
  greater,
  matMul,
  maxPool,
  mean,
  mul,
  neg,
  pad,
  relu,
  reshape,
  setBackend,
  slice,
  softmax,
  split,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor4D,
  tensor1d,
  transpose,
  where
} from "@tensorflow/tfjs-core"
import { beforeAll, describe, expect, it } from "vitest"
import type { DType, Graph, TensorType } from "../../src/compile/graph.ts"
import { identity, NCHW, OIHW, type Order } from "../../src/compile/layout.ts"
import { type LowerOptions, lower } from "../../src/compile/lower.ts"
import { traceGraph } from "../../src/compile/traceGraph.ts"
import { sgd } from "../../src/optim/index.ts"

beforeAll(async () => {
  await setBackend("cpu")
})

const of = (dtype: DType, ...shape: Array<number>): TensorType => ({ shape, dtype })
const float = (...shape: Array<number>) => of("float32", ...shape)

type Traced = (...inputs: ReadonlyArray<Tensor>) => Tensor | ReadonlyArray<Tensor>

const lowered = (types: ReadonlyArray<TensorType>, f: Traced, options: (graph: Graph) => LowerOptions = () => ({})) => {
  const graph = traceGraph(f, types)
  return lower(graph, options(graph))
}

const opsOf = ({ model }: ReturnType<typeof lower>) => model.nodes.map(({ op }) => op)

const conv = (x: Tensor, w: Tensor) => conv2d(x as Tensor4D, w as Tensor4D, 1, "same")

describe("a model", () => {
  it("has its inputs and outputs by position, as they lie, and says how", () => {
    const { model, inputs, outputs } = lowered([float(2, 8, 6, 3), float(3, 3, 3, 5)], conv)
    expect(inputs).toEqual([
      { name: "x0", order: NCHW, ...float(2, 8, 6, 3) },
      { name: "x1", order: OIHW, ...float(3, 3, 3, 5) }
    ])
    expect(model.inputs).toEqual([
      { name: "x0", type: "float32", dims: [2, 3, 8, 6] },
      { name: "x1", type: "float32", dims: [5, 3, 3, 3] }
    ])
    expect(outputs[0]).toMatchObject({ order: NCHW, ...float(2, 8, 6, 5) })
    expect(model.outputs).toMatchObject([{ type: "float32", dims: [2, 5, 8, 6] }])
  })

  it("gives each output a name of its own: one twice, an input, a constant", () => {
    const { model } = lowered([float(2)], (x) => {
      const y = neg(x)
      return [y, y, x, tensor1d([1, 2])]
    })
    const names = model.outputs.map(({ name }) => name)
    expect(new Set(names).size).toBe(4)
    expect(names.some((name) => model.inputs.some((input) => input.name === name))).toBe(false)
    expect(model.nodes.filter(({ op }) => op === "Identity").length).toBe(3)
  })

  it("is of plain ONNX where nothing else is allowed", () => {
    const product: Traced = (a, b) => matMul(a, b, false, true)
    const types = [float(2, 3, 4), float(2, 5, 4)]
    expect(lowered(types, product).model.opsets).toEqual({ "": 17, "com.microsoft": 1 })
    const plain = lowered(types, product, () => ({ contrib: false })).model
    expect(plain.opsets).toEqual({ "": 17 })
    expect(plain.nodes.every(({ domain }) => domain === undefined)).toBe(true)
  })

  it("has no node that nothing came of", () => {
    const found = lowered([float(2, 3, 4)], (x) => matMul(reshape(reshape(x, [24]), [4, 6]), reshape(x, [6, 4])))
    expect(opsOf(found).sort()).toEqual(["MatMul", "Reshape", "Reshape"])
  })

  it("refuses a graph with a kernel that it does not know", () => {
    const value = { id: 0, ...float(2) }
    const graph: Graph = {
      inputs: [],
      constants: new Map(),
      nodes: [{ kernel: "Teleport", inputs: {}, attributes: {}, outputs: [value] }],
      outputs: [value]
    }
    expect(() => lower(graph)).toThrow("compile: Teleport: no rule says how to compile it")
  })
})

describe("orders", () => {
  it("of inputs that lie somewhere are kept, and moved within", () => {
    const given = (graph: Graph) => ({ given: new Map([[graph.inputs[0], identity(4) as Order]]) })
    const found = lowered([float(2, 8, 6, 3), float(3, 3, 3, 5)], conv, given)
    expect(found.inputs[0].order).toEqual([0, 1, 2, 3])
    expect(opsOf(found)).toEqual(["Transpose", "Conv"])
  })

  it("of outputs can be asked for", () => {
    const asked = lowered([float(2, 8, 6, 3), float(3, 3, 3, 5)], conv, () => ({ outputOrders: [identity(4)] }))
    expect([asked.outputs[0].order, opsOf(asked)]).toEqual([identity(4), ["Conv", "Transpose"]])
  })

  it("that a filter wants are those of its velocity and of its new value", () => {
    const step: Traced = (x, w, velocity) => {
      const slope = grad((v: Tensor) => sum(square(conv(x, v))))(w)
      const next = add(mul(velocity, 0.9), slope)
      return [sub(w, mul(next, 0.1)), next]
    }
    const found = lowered([float(2, 8, 8, 3), float(3, 3, 3, 5), float(3, 3, 3, 5)], step)
    expect(found.inputs.map(({ order }) => order)).toEqual([NCHW, OIHW, OIHW])
    expect(found.outputs.map(({ order }) => order)).toEqual([OIHW, OIHW])
  })
})

it("moves no memory of what an optimiser remembers of filters together", () => {
  const names = ["first", "second"]
  const byName = (tensors: ReadonlyArray<Tensor>) => Object.fromEntries(names.map((name, i) => [name, tensors[i]]))
  const optimizer = sgd({ momentum: 0.9 })
  const step: Traced = (x, first, second, velocity) => {
    const [group] = Object.keys(optimizer.init(byName([first, second])).velocity)
    const loss = (a: Tensor, b: Tensor) => sum(square(conv(conv(x, a), b)))
    const gradients = byName(grads(loss)([first, second]))
    const state = { velocity: { [group]: velocity } }
    const next = optimizer.update({ weights: byName([first, second]), gradients, state, learningRate: 0.1 })
    return [...names.map((name) => next.weights[name]), next.state.velocity[group]]
  }
  const { model, inputs, outputs } = lowered(
    [float(2, 8, 8, 4), float(3, 3, 4, 4), float(3, 3, 4, 6), float(3, 3, 4, 10)],
    step
  )
  expect([inputs, outputs].map((ends) => ends.slice(-1)[0].order)).toEqual([OIHW, OIHW])
  const { name: velocity } = inputs[3]
  const moved = model.nodes.filter(({ op }) => op === "Transpose").flatMap((node) => node.inputs)
  expect(moved).not.toContain(velocity)
  const made = model.nodes.filter(({ inputs: used }) => used.includes(velocity)).flatMap((node) => node.outputs)
  expect(moved.some((name) => made.includes(name))).toBe(false)
})

const maps = [float(2, 8, 6, 4), float(2, 8, 6, 4), float(4)]

/** What is done to maps that lie as ONNX has them. */
const unmoved: ReadonlyArray<readonly [string, Traced]> = [
  ["elementwise", (x, y) => relu(add(x, y))],
  ["a number for each channel", (x, _, bias) => mul(x, bias)],
  ["channels joined", (x, y) => concat([x, y], -1)],
  ["channels split", (x) => split(x, 2, -1)],
  ["a part", (x) => slice(x, [0, 1, 1, 0], [2, 4, 4, 4])],
  [
    "a border",
    (x) =>
      pad(x, [
        [0, 0],
        [1, 1],
        [2, 0],
        [0, 0]
      ])
  ],
  ["means over space", (x) => mul(x, mean(x, [1, 2], true))],
  ["means over channels", (x) => mean(x, -1)],
  ["softmax of channels", (x) => softmax(x)],
  ["pooling", (x) => maxPool(x as Tensor4D, 2, 2, "valid")],
  ["axes that only get other numbers", (x) => transpose(x, [0, 3, 1, 2])],
  ["a choice", (x, y) => where(greater(x, y), x, y)],
  [
    "pixels as a list, attending to each other",
    (x, y) => {
      const [a, b] = [x, y].map((each) => reshape(each, [2, 48, 4]))
      return matMul(softmax(matMul(a, b, false, true)), b)
    }
  ]
]

describe("memory of maps is not moved by", () => {
  it.each(unmoved)("%s", (_, f) => {
    const given = ({ inputs }: Graph) => ({
      given: new Map(inputs.flatMap((value) => (value.shape.length === 4 ? [[value, NCHW] as const] : [])))
    })
    expect(opsOf(lowered(maps, f, given))).not.toContain("Transpose")
  })
})

it("a step of a small network moves filters alone", () => {
  const step: Traced = (x, first, second) => {
    const loss = (a: Tensor, b: Tensor) => {
      const inner = maxPool(relu(conv(x, a)) as Tensor4D, 2, 2, "valid")
      return sum(square(conv(concat([inner, square(inner)], -1), b)))
    }
    return [grad((a: Tensor) => loss(a, second))(first), grad((b: Tensor) => loss(first, b))(second)]
  }
  const { nodes, inputs } = lowered([float(2, 16, 16, 3), float(3, 3, 3, 4), float(3, 3, 8, 2)], step).model
  const made = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node.op])))
  const filters = inputs.slice(1).map(({ name }) => name)
  const moved = nodes.filter(({ op }) => op === "Transpose").map((node) => node.inputs[0])
  // Filters, and the products that their gradients are.
  for (const from of moved) expect(filters.includes(from) || made.get(from) === "Reshape").toBe(true)
  expect(moved.length).toBeLessThanOrEqual(3)
})
