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
  tanh,
  tensor,
  tidy
} from "@tensorflow/tfjs-core"
import { beforeAll, describe, expect, it } from "vitest"
import { fold } from "../../src/compile/fold.ts"
import { identity } from "../../src/compile/layout.ts"
import { lower } from "../../src/compile/lower.ts"
import { encodeOnnx } from "../../src/compile/onnx/encode.ts"
import { separate } from "../../src/compile/separate.ts"
import { traceGraph } from "../../src/compile/traceGraph.ts"
import { key, normal } from "../../src/random/index.ts"
import { runOnnx } from "../support/runOnnx.ts"

beforeAll(async () => {
  await setBackend("cpu")
})

const SHAPE: [number, number, number, number] = [2, 5, 6, 3]

const random = <T extends Tensor = Tensor4D>(seed: number, ...shape: ReadonlyArray<number>): T =>
  tensor(
    normal(
      key(seed),
      shape.reduce((a, b) => a * b, 1)
    ),
    [...shape]
  ) as T

/** The kernels that are left of a function, which must give the numbers that it gives by itself. */
const kernelsOf = async (f: (x: Tensor4D) => Tensor) => {
  const graph = separate(fold(traceGraph(f, [{ shape: SHAPE, dtype: "float32" }])))
  const given = new Map([[graph.inputs[0], identity(4)] as const])
  const { model } = lower(graph, { given, outputOrders: [identity(4)] })
  const image = random(1, ...SHAPE)
  const [expected, data] = [tidy(() => f(image).dataSync()), image.dataSync()]
  const { [model.outputs[0].name]: found } = await runOnnx(encodeOnnx(model), {
    [model.inputs[0].name]: { dims: SHAPE, data: data as Float32Array }
  })
  expect(found.data).toBeAllclose(expected, { relative: 1e-5 })
  return graph.nodes.map(({ kernel }) => kernel)
}

const joined = (x: Tensor4D, ...others: ReadonlyArray<Tensor4D>) => concat([relu(x), ...others], 3)

describe("separate", () => {
  it("convolves joined maps one by one, the bias once", async () => {
    const two = await kernelsOf((x) =>
      add(conv2d(joined(x, x), random(2, 3, 3, 6, 4), 2, "same"), random<Tensor>(3, 4))
    )
    expect(two).toEqual(["Relu", "Conv2D", "Conv2D", "Add"])
    const three = await kernelsOf((x) => conv2d(joined(x, x, random(4, 2, 5, 6, 2)), random(2, 3, 3, 8, 4), 1, 1))
    expect(three).toEqual(["Relu", "Conv2D", "Conv2D", "Add", "Conv2D", "Add"])
  })

  it("takes an axis that counts from the end", async () => {
    const kernels = await kernelsOf((x) => conv2d(concat([relu(x), x], -1), random(2, 1, 1, 6, 4), 1, 0))
    expect(kernels).not.toContain("Concat")
  })

  it("cuts a filter that is computed", async () => {
    const kernels = await kernelsOf((x) => conv2d(joined(x, x), relu(random(2, 3, 3, 6, 4)), 1, 1))
    expect(kernels).not.toContain("Concat")
  })

  it("joins the parts of a filter's gradient, and no maps", async () => {
    const x = random(5, ...SHAPE)
    const graph = separate(
      traceGraph(
        grad((filter: Tensor) => sum(tanh(conv2d(joined(x, x), filter as Tensor4D, 1, "same")))),
        [{ shape: [3, 3, 6, 4], dtype: "float32" }]
      )
    )
    const joins = graph.nodes.filter(({ kernel }) => kernel === "Concat")
    expect(joins.map(({ outputs: [{ shape }] }) => shape)).toEqual([[3, 3, 6, 4]])
  })

  it("leaves maps that are joined by something else, or used elsewhere", async () => {
    const rows = await kernelsOf((x) => conv2d(concat([relu(x), x], 1), random(2, 3, 3, 3, 4), 1, 1))
    expect(rows).toEqual(["Relu", "Concat", "Conv2D"])
    const shared = await kernelsOf((x) => {
      const both = joined(x, x)
      return add(conv2d(both, random(2, 3, 3, 6, 6), 1, 1), both)
    })
    expect(shared).toEqual(["Relu", "Concat", "Conv2D", "Add"])
  })
})
