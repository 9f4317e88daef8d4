import { sigmoid, type Tensor4D } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { ConfigError, InputShapeError } from "../../../src/modules/errors.ts"
import { ceNet } from "../../../src/modules/networks/ceNet.ts"
import { ceNetNames } from "../../../src/modules/pytorch/ceNet.ts"
import { countParams } from "../../../src/modules/spec.ts"
import { expectNetworkAgreement, NETWORK } from "../../support/agreement.ts"
import { goldenTest } from "../../support/golden.ts"

it("has the parameter count of Guzaiwang/CE-Net", () => {
  expect(countParams(ceNet({ inChannels: 3 }).spec)).toBe(29_003_093)
})

it("refuses what it cannot take before it makes a tensor", () => {
  expect(() => ceNet({ width: 4 }).check([1, 160, 160, 1])).toThrow("multiples of 32 and at least 192")
  expect(() => ceNet({ width: 4 }).check([1, 192, 200, 1])).toThrow(InputShapeError)
  expect(() => ceNet({ inChannels: 0 })).toThrow(ConfigError)
})

it("starts as its source does: ResNet Kaiming normal, dilated convolutions without bias, the rest as PyTorch", () => {
  const { backbone, atrous, decoder } = ceNet({ width: 4 }).spec
  expect(backbone.stem.conv.kernel.initializer).toEqual({ kind: "normal", std: Math.sqrt(2 / (4 * 49)) })
  expect(atrous.near.bias.initializer).toEqual({ kind: "constant", value: 0 })
  expect(decoder[1].reduce.conv.kernel.initializer).toEqual({ kind: "uniform", bound: 1 / 4 })
})

goldenTest("E_cenet_w4_192x192", "computes what the PyTorch original does, which ends in a sigmoid", (golden) => {
  return expectNetworkAgreement(golden, ceNet({ width: 4 }), ceNetNames, NETWORK, (logits) => sigmoid<Tensor4D>(logits))
})
