import "@tensorflow/tfjs-backend-cpu"
import { conv2d, conv2dTranspose, fused, setBackend, type Tensor, type Tensor4D, zeros } from "@tensorflow/tfjs-core"
import { beforeAll, describe, expect, it } from "vitest"
import { lower } from "../../../src/compile/lower.ts"
import { traceGraph } from "../../../src/compile/traceGraph.ts"
import { random } from "../../support/compiled/kernelsLeft.ts"

beforeAll(async () => {
  await setBackend("cpu")
})

const map = (channels: number) => [{ shape: [1, 4, 4, channels], dtype: "float32" }] as const

const opsOf = (f: (x: Tensor4D) => Tensor) => lower(traceGraph(f, map(2))).model.nodes.map(({ op }) => op)

describe("what a fused convolution ends with", () => {
  const [filter, weights] = [random<Tensor4D>(1, 1, 1, 2, 3), random(2, 3)]
  const ended = (activation: "linear" | "relu" | "prelu", preluActivationWeights?: Tensor) => (x: Tensor4D) =>
    fused.conv2d({
      x,
      filter,
      strides: 1,
      pad: 0,
      activation,
      ...(preluActivationWeights && { preluActivationWeights })
    })

  it("is the activation that it asks for, whatever weights are there", () => {
    expect(opsOf(ended("linear", weights))).toEqual(["Conv"])
    expect(opsOf(ended("relu", weights))).toEqual(["Conv", "Relu"])
    expect(opsOf(ended("prelu", weights))).toContain("Min")
  })

  it("is no PReLU without weights", () => {
    expect(() => opsOf(ended("prelu"))).toThrow(
      "compile: FusedConv2D: its PReLU has no weights; give preluActivationWeights"
    )
  })
})

it("a convolution of no channels is refused, and one without results is none", () => {
  const none = "what it convolves has no channels; use zeros in its place"
  const over = (from: number, to: number) => (x: Tensor4D) => conv2d(x, zeros([3, 3, from, to]), 1, "same")
  expect(() => traceGraph(over(0, 2), map(0))).toThrow(`compile: Conv2D: ${none}`)
  expect(traceGraph(over(2, 0), map(2)).nodes).toEqual([])
  const back = (x: Tensor4D) => conv2dTranspose(x, zeros([3, 3, 2, 0]), [1, 4, 4, 2], 1, "same")
  expect(() => traceGraph(back, map(0))).toThrow(`compile: Conv2DBackpropInput: ${none}`)
})
