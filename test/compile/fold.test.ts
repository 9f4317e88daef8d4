import "@tensorflow/tfjs-backend-cpu"
import {
  add,
  batchNorm,
  conv2d,
  conv2dTranspose,
  depthwiseConv2d,
  fused,
  mean,
  mul,
  relu,
  setBackend,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  tensor1d,
  transpose
} from "@tensorflow/tfjs-core"
import { beforeAll, describe, expect, it } from "vitest"
import { fold } from "../../src/compile/fold.ts"
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
import { key, uniform } from "../../src/random/index.ts"
import { kernelsLeft, random, SHAPE } from "../support/compiled/kernelsLeft.ts"
import { randomParams } from "../support/randomParams.ts"

beforeAll(async () => {
  await setBackend("cpu")
})

const kernelsOf = kernelsLeft(fold)

/** Batch normalisation by statistics that are far from neutral. */
const normalized = (x: Tensor4D, seed: number): Tensor4D => {
  const channels = x.shape[3]
  const variance = tensor1d(uniform(key(seed + 3), channels).map((u) => 0.2 + u))
  const [mean, offset, scale] = [seed, seed + 1, seed + 2].map((each) => random(each, channels) as Tensor1D)
  return batchNorm(x, mean, variance, offset, scale, 1e-5)
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

  it("takes a bias in that is computed, from either side", async () => {
    const bias = (x: Tensor4D) => mean(x, [0, 1, 2])
    const filter = () => random(2, 3, 3, 3, 3) as Tensor4D
    const kernels = ["Mean", "Conv2D"]
    expect(await kernelsOf((x) => add(conv2d(x, filter(), 1, "same"), bias(x)))).toEqual(kernels)
    expect(await kernelsOf((x) => add(bias(x), conv2d(x, filter(), 1, "same")))).toEqual(kernels)
    const twice = await kernelsOf((x) => add(add(conv2d(x, filter(), 1, "same"), bias(x)), bias(x)))
    expect(twice.filter((kernel) => kernel !== "Mean")).toEqual(["Conv2D", "Add"])
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

  it("leaves a convolution whose bias is a map, or depends on the row", async () => {
    const biased = (bias: Tensor) => (x: Tensor4D) =>
      mul(fused.conv2d({ x, filter: random(2, 1, 1, 3, 4) as Tensor4D, strides: 1, pad: 0, bias }), random(4, 4))
    expect(await kernelsOf(biased(random(3, 5, 6, 4)))).toEqual(["FusedConv2D", "Multiply"])
    expect(await kernelsOf(biased(random(3, 6, 4)))).toEqual(["FusedConv2D", "Multiply"])
    expect(await kernelsOf(biased(random(3, 4)))).toEqual(["FusedConv2D"])
    expect(await kernelsOf(biased(random(3, 1)))).toEqual(["FusedConv2D"])
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
