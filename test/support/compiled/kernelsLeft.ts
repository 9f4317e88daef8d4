import { type Tensor, type Tensor4D, tensor, tidy } from "@tensorflow/tfjs-core"
import { expect } from "vitest"
import type { Graph } from "../../../src/compile/graph.ts"
import { identity } from "../../../src/compile/layout.ts"
import { lower } from "../../../src/compile/lower.ts"
import { encodeOnnx } from "../../../src/compile/onnx/encode.ts"
import { traceGraph } from "../../../src/compile/traceGraph.ts"
import { key, normal } from "../../../src/random/index.ts"
import { runOnnx } from "../runOnnx.ts"

export const SHAPE: [number, number, number, number] = [2, 5, 6, 3]

export const random = <T extends Tensor = Tensor>(seed: number, ...shape: ReadonlyArray<number>): T =>
  tensor(
    normal(
      key(seed),
      shape.reduce((a, b) => a * b, 1)
    ),
    [...shape]
  ) as T

export const traced = (f: (x: Tensor4D) => Tensor): Graph => traceGraph(f, [{ shape: SHAPE, dtype: "float32" }])

/** The kernels that a rewriting of graphs leaves of a function, which must give the numbers that it gives by itself. */
export const kernelsLeft = (rewrite: (graph: Graph) => Graph) => async (f: (x: Tensor4D) => Tensor) => {
  const graph = rewrite(traced(f))
  const given = new Map([[graph.inputs[0], identity(4)] as const])
  const { model } = lower(graph, { contrib: false, given, outputOrders: [identity(4)] })
  const image = random<Tensor4D>(1, ...SHAPE)
  const [expected, data] = [tidy(() => f(image).dataSync()), image.dataSync()]
  const { [model.outputs[0].name]: found } = await runOnnx(encodeOnnx(model), {
    [model.inputs[0].name]: { dims: SHAPE, data: data as Float32Array }
  })
  expect(found.data).toBeAllclose(expected, { relative: 1e-5 })
  return graph.nodes.map(({ kernel }) => kernel)
}
