import { expect, it } from "vitest"
import { convNormSpec } from "../../src/modules/convNorm.ts"
import { kerasDefault, pytorchDefault, withInitializers } from "../../src/modules/initializers.ts"
import { transposedConv2dSpec } from "../../src/modules/transposedConv2d.ts"

const initializersOf = (spec: ReturnType<typeof convNormSpec>) => ({
  kernel: spec.conv.kernel.initializer,
  bias: spec.conv.bias.initializer,
  scale: spec.norm.scale.initializer
})

it("start a convolution and its norm as PyTorch does", () => {
  const bound = 1 / Math.sqrt(4 * 9)
  expect(initializersOf(withInitializers(convNormSpec({ in: 4, out: 5, kernel: 3 }), pytorchDefault))).toEqual({
    kernel: { kind: "uniform", bound },
    bias: { kind: "uniform", bound },
    scale: { kind: "constant", value: 1 }
  })
})

it("start a convolution and its norm as Keras does", () => {
  expect(initializersOf(withInitializers(convNormSpec({ in: 4, out: 8, kernel: 3 }), kerasDefault))).toEqual({
    kernel: { kind: "uniform", bound: Math.sqrt(6 / (9 * 12)) },
    bias: { kind: "constant", value: 0 },
    scale: { kind: "constant", value: 1 }
  })
})

it("count the output channels of a transposed convolution as its fan in, as PyTorch does", () => {
  const spec = transposedConv2dSpec({ in: 7, out: 4, kernel: 2 })
  expect(withInitializers(spec, pytorchDefault)).toEqual(spec)
  expect(spec.kernel.initializer).toEqual({ kind: "uniform", bound: 1 / Math.sqrt(4 * 4) })
})
