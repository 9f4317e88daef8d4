import "@tensorflow/tfjs-backend-cpu"
import "../../src/backend/gradients.ts"
import {
  add,
  concat,
  conv2d,
  grad,
  relu,
  setBackend,
  sum,
  type Tensor,
  type Tensor4D,
  tanh
} from "@tensorflow/tfjs-core"
import { beforeAll, describe, expect, it } from "vitest"
import { fold } from "../../src/compile/fold.ts"
import { separate } from "../../src/compile/separate.ts"
import { traceGraph } from "../../src/compile/traceGraph.ts"
import { kernelsLeft, random, SHAPE } from "../support/compiled/kernelsLeft.ts"

beforeAll(async () => {
  await setBackend("cpu")
})

const kernelsOf = kernelsLeft((graph) => separate(fold(graph)))

const joined = (x: Tensor4D, ...others: ReadonlyArray<Tensor4D>) => concat([relu(x), ...others], 3)

describe("separate", () => {
  it("convolves joined maps one by one, the bias once", async () => {
    const two = await kernelsOf((x) =>
      add(conv2d(joined(x, x), random<Tensor4D>(2, 3, 3, 6, 4), 2, "same"), random(3, 4))
    )
    expect(two).toEqual(["Relu", "Conv2D", "Conv2D", "Add"])
    const three = await kernelsOf((x) =>
      conv2d(joined(x, x, random<Tensor4D>(4, 2, 5, 6, 2)), random<Tensor4D>(2, 3, 3, 8, 4), 1, 1)
    )
    expect(three).toEqual(["Relu", "Conv2D", "Conv2D", "Add", "Conv2D", "Add"])
  })

  it("takes an axis that counts from the end", async () => {
    const kernels = await kernelsOf((x) => conv2d(concat([relu(x), x], -1), random<Tensor4D>(2, 1, 1, 6, 4), 1, 0))
    expect(kernels).not.toContain("Concat")
  })

  it("cuts a filter that is computed", async () => {
    const kernels = await kernelsOf((x) => conv2d(joined(x, x), relu(random<Tensor4D>(2, 3, 3, 6, 4)), 1, 1))
    expect(kernels).not.toContain("Concat")
  })

  it("joins the parts of a filter's gradient, and no maps", async () => {
    const x = random<Tensor4D>(5, ...SHAPE)
    const graph = separate(
      traceGraph(
        grad((filter: Tensor) => sum(tanh(conv2d(joined(x, x), filter as Tensor4D, 1, "same")))),
        [{ shape: [3, 3, 6, 4], dtype: "float32" }]
      )
    )
    const joins = graph.nodes.filter(({ kernel }) => kernel === "Concat")
    expect(joins.map(({ outputs: [{ shape }] }) => shape)).toEqual([[3, 3, 6, 4]])
  })

  it("passes over parts without channels, of which nothing could be convolved", async () => {
    const none = random<Tensor4D>(3, 2, 5, 6, 0)
    const between = await kernelsOf((x) => conv2d(joined(x, none, x), random<Tensor4D>(2, 3, 3, 6, 4), 1, "same"))
    expect(between).toEqual(["Relu", "Conv2D", "Conv2D", "Add"])
    const alone = await kernelsOf((x) => conv2d(joined(x, none), random<Tensor4D>(2, 3, 3, 3, 4), 1, "same"))
    expect(alone).toEqual(["Relu", "Concat", "Conv2D"])
  })

  it("leaves maps that are joined by something else, or used elsewhere", async () => {
    const rows = await kernelsOf((x) => conv2d(concat([relu(x), x], 1), random<Tensor4D>(2, 3, 3, 3, 4), 1, 1))
    expect(rows).toEqual(["Relu", "Concat", "Conv2D"])
    const shared = await kernelsOf((x) => {
      const both = joined(x, x)
      return add(conv2d(both, random<Tensor4D>(2, 3, 3, 6, 6), 1, 1), both)
    })
    expect(shared).toEqual(["Relu", "Concat", "Conv2D", "Add"])
  })
})
