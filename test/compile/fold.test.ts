import "@tensorflow/tfjs-backend-cpu"
import {
  add,
  batchNorm,
  conv2d,
  conv2dTranspose,
  depthwiseConv2d,
  mul,
  relu,
  setBackend,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  tensor,
  tensor1d,
  tidy,
  transpose
} from "@tensorflow/tfjs-core"
import { beforeAll, describe, expect, it } from "vitest"
import { fold } from "../../src/compile/fold.ts"
import { identity } from "../../src/compile/layout.ts"
import { lower } from "../../src/compile/lower.ts"
import { encodeOnnx } from "../../src/compile/onnx/encode.ts"
import { traceGraph } from "../../src/compile/traceGraph.ts"
import {
  agcafNet,
  attentionUNet,
  ceNet,
  denseUNet,
  inference,
  type Network,
  r2UNet,
  uNet
} from "../../src/modules/index.ts"
import { key, normal, uniform } from "../../src/random/index.ts"
import { randomParams } from "../support/randomParams.ts"
import { runOnnx } from "../support/runOnnx.ts"

beforeAll(async () => {
  await setBackend("cpu")
})

const SHAPE: [number, number, number, number] = [2, 5, 6, 3]

const random = (seed: number, ...shape: ReadonlyArray<number>): Tensor =>
  tensor(
    normal(
      key(seed),
      shape.reduce((a, b) => a * b, 1)
    ),
    [...shape]
  )

/** Batch normalisation by statistics that are far from neutral. */
const normalized = (x: Tensor4D, seed: number): Tensor4D => {
  const channels = x.shape[3]
  const variance = tensor1d(uniform(key(seed + 3), channels).map((u) => 0.2 + u))
  const [mean, offset, scale] = [seed, seed + 1, seed + 2].map((each) => random(each, channels) as Tensor1D)
  return batchNorm(x, mean, variance, offset, scale, 1e-5)
}

const traced = (f: (x: Tensor4D) => Tensor) => traceGraph(f, [{ shape: SHAPE, dtype: "float32" }])

/** The kernels that are left of a function, which must give the numbers that it gives by itself. */
const kernelsOf = async (f: (x: Tensor4D) => Tensor) => {
  const graph = fold(traced(f))
  const given = new Map([[graph.inputs[0], identity(4)] as const])
  const { model } = lower(graph, { contrib: false, given, outputOrders: [identity(4)] })
  const image = random(1, ...SHAPE) as Tensor4D
  const [expected, data] = [tidy(() => f(image).dataSync()), image.dataSync()]
  const { [model.outputs[0].name]: found } = await runOnnx(encodeOnnx(model), {
    [model.inputs[0].name]: { dims: SHAPE, data: data as Float32Array }
  })
  expect(found.data).toBeAllclose(expected, { relative: 1e-5 })
  return graph.nodes.map(({ kernel }) => kernel)
}

describe("fold", () => {
  it("takes a bias and a batch normalisation into the convolution before them", async () => {
    const kernels = await kernelsOf((x) =>
      normalized(add(conv2d(x, random(2, 3, 3, 3, 4) as Tensor4D, 2, 1), random(3, 4)), 4)
    )
    expect(kernels).toEqual(["Conv2D"])
  })

  it("takes several factors and summands in, one after the other", async () => {
    const kernels = await kernelsOf((x) => {
      const y = normalized(conv2d(x, random(2, 1, 1, 3, 4) as Tensor4D, 1, 0), 4)
      return add(relu(mul(normalized(y, 8), random(9, 1, 1, 1, 4))), 1)
    })
    expect(kernels).toEqual(["Conv2D", "Relu", "Add"])
  })

  it("scales the right numbers of a depthwise and of a transposed filter", async () => {
    const depthwise = (x: Tensor4D) => normalized(depthwiseConv2d(x, random(2, 3, 3, 3, 2) as Tensor4D, 1, "same"), 4)
    expect(await kernelsOf(depthwise)).toEqual(["DepthwiseConv2dNative"])
    const transposed = (stride: number) => (x: Tensor4D) =>
      normalized(
        conv2dTranspose(x, random(2, 2, 2, 4, 3) as Tensor4D, [2, 5 * stride, 6 * stride, 4], stride, "same"),
        4
      )
    expect(await kernelsOf(transposed(2))).toEqual(["Conv2DBackpropInput"])
    expect(await kernelsOf(transposed(1))).toEqual(["Conv2DBackpropInput"])
  })

  it("leaves a convolution whose result is used elsewhere, and scales no filter that is computed", async () => {
    const shared = await kernelsOf((x) => {
      const y = conv2d(x, random(2, 1, 1, 3, 4) as Tensor4D, 1, 0)
      return add(normalized(y, 4), y)
    })
    expect(shared).toEqual(["Conv2D", "FusedBatchNorm", "Add"])
    const computed = await kernelsOf((x) => normalized(conv2d(x, relu(random(2, 1, 1, 3, 4)) as Tensor4D, 1, 0), 4))
    expect(computed).toEqual(["Relu", "Conv2D", "FusedBatchNorm"])
    const biased = await kernelsOf((x) => add(conv2d(x, relu(random(2, 1, 1, 3, 4)) as Tensor4D, 1, 0), random(3, 4)))
    expect(biased).toEqual(["Relu", "Conv2D"])
  })

  it("leaves what is no matter of channels, or has another order", async () => {
    const rows = await kernelsOf((x) => add(conv2d(x, random(2, 1, 1, 3, 4) as Tensor4D, 1, 0), random(3, 5, 1, 1)))
    expect(rows).toEqual(["Conv2D", "Add"])
    const turned = await kernelsOf((x) =>
      mul(transpose(conv2d(x, random(2, 1, 1, 3, 6) as Tensor4D, 1, 0), [0, 1, 3, 2]), random(3, 6))
    )
    expect(turned).toEqual(["Conv2D", "Transpose", "Multiply"])
    const activated = await kernelsOf((x) =>
      mul(relu(conv2d(x, random(2, 1, 1, 3, 4) as Tensor4D, 1, 0)), random(3, 4))
    )
    expect(activated).toEqual(["Conv2D", "Relu", "Multiply"])
  })

  it("leaves a result that is asked for as it is", () => {
    const graph = fold(
      traceGraph(
        (x: Tensor4D) => {
          const y = conv2d(x, random(2, 1, 1, 3, 4) as Tensor4D, 1, 0)
          return [y, normalized(y, 4)]
        },
        [{ shape: SHAPE, dtype: "float32" }]
      )
    )
    expect(graph.nodes.map(({ kernel }) => kernel)).toEqual(["Conv2D", "FusedBatchNorm"])
  })

  const networks: ReadonlyArray<readonly [name: string, network: Network, size: number]> = [
    ["AGCAF-Net", agcafNet({ width: 8 }), 32],
    ["U-Net", uNet({ width: 2 }), 16],
    ["U-Net with nearest upsampling", uNet({ width: 2, upsampling: "nearest" }), 16],
    ["Attention U-Net", attentionUNet({ width: 2 }), 16],
    ["Dense U-Net", denseUNet({ width: 8 }), 32],
    ["CE-Net", ceNet({ width: 8 }), 192],
    ["R2U-Net", r2UNet({ width: 2 }), 16]
  ]
  it.each(networks)("leaves no batch normalisation of %s", (_, network, size) => {
    const params = randomParams(network.spec, 1)
    const graph = traceGraph(
      (x: Tensor4D) => network.forward(params, x, inference).logits,
      [{ shape: [2, size, size, 1], dtype: "float32" }]
    )
    const count = ({ nodes }: typeof graph) => nodes.filter(({ kernel }) => kernel === "BatchNorm").length
    expect(count(graph)).toBeGreaterThan(0)
    expect(count(fold(graph))).toBe(0)
    if (network.name === "uNet" && size === 16) {
      const convolutions = graph.nodes.filter(({ kernel }) => kernel.startsWith("Conv2D")).length
      expect(fold(graph).nodes.filter(({ kernel }) => kernel === "Add")).toHaveLength(0)
      expect(fold(graph).nodes.filter(({ kernel }) => kernel.startsWith("Conv2D"))).toHaveLength(convolutions)
    }
  })
})
