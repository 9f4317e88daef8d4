import { expect, it } from "vitest"
import { type Graph, prune, sizeOf, type Value } from "../../src/compile/graph.ts"

const value = (id: number): Value => ({ id, shape: [2], dtype: "float32" })
const [a, b, c, d, e, f] = [0, 1, 2, 3, 4, 5].map(value)

const node = (kernel: string, inputs: ReadonlyArray<Value>, ...outputs: ReadonlyArray<Value>) => ({
  kernel,
  inputs: Object.fromEntries(inputs.map((input, i) => [i, input])),
  attributes: {},
  outputs
})

const graph: Graph = {
  inputs: [a, b],
  constants: new Map([
    [c, { splat: 1 }],
    [f, { splat: 2 }]
  ]),
  nodes: [node("Add", [a, c], d), node("Neg", [b], e), node("Split", [d], value(6), value(7))],
  outputs: [d]
}

it("what no output depends on is left out: nodes and constants, but no input", () => {
  const { inputs, constants, nodes, outputs } = prune(graph)
  expect(nodes.map(({ kernel }) => kernel)).toEqual(["Add"])
  expect([...constants.keys()]).toEqual([c])
  expect([inputs, outputs]).toEqual([[a, b], [d]])
})

it("a node stays for one of its results", () => {
  const parts = [value(6), value(7)]
  const { nodes } = prune({
    ...graph,
    nodes: [node("Add", [a, c], d), node("Split", [d], ...parts)],
    outputs: [parts[1]]
  })
  expect(nodes.map(({ kernel }) => kernel)).toEqual(["Add", "Split"])
})

it("an output may be an input or a constant", () => {
  const { nodes, constants } = prune({ ...graph, outputs: [a, f] })
  expect([nodes, [...constants.keys()]]).toEqual([[], [f]])
})

it("what has no elements is a constant, and what it is made of is not needed", () => {
  const none: Value = { id: 6, shape: [2, 0], dtype: "float32" }
  const { nodes, constants } = prune({
    ...graph,
    nodes: [node("Neg", [b], e), node("Slice", [e], none), node("Concat", [a, none], d)],
    outputs: [d]
  })
  expect(nodes.map(({ kernel }) => kernel)).toEqual(["Concat"])
  expect([...constants]).toEqual([[none, { splat: 0 }]])
})

it("a shape has as many elements as the product of its lengths", () => {
  expect([sizeOf([]), sizeOf([2, 3]), sizeOf([2, 0])]).toEqual([1, 6, 0])
})
