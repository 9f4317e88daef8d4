import { expect, it } from "vitest"
import { ConfigError, InputShapeError } from "../../../src/modules/errors.ts"
import { type TransUNetConfig, transUNet, transUNetSizes } from "../../../src/modules/networks/transUNet.ts"
import { transUNetNames } from "../../../src/modules/pytorch/transUNet.ts"
import { countParams } from "../../../src/modules/spec.ts"
import { expectNetworkAgreement } from "../../support/agreement.ts"
import { goldenTest } from "../../support/golden.ts"

const count = (config: TransUNetConfig) => countParams(transUNet(config).spec)
const square = (side: number) => [side, side] as const

it("has the parameter counts of Beckschen/TransUNet", () => {
  expect(count({ size: square(224), classes: 9 })).toBe(105_277_081)
  expect(count({ size: square(224) })).toBe(105_275_921)
  expect(count({})).toBe(105_322_001)
  expect(count({ classes: 2 })).toBe(105_322_146)
  expect(count({ size: square(512), classes: 9 })).toBe(105_912_985)
  expect(count({ rootChannels: 1 })).toBe(105_315_729)
})

it("has that repository's counts part by part", () => {
  const { backbone, embed, positions, blocks, norm, bridge, decoder, head } = transUNet({ classes: 9 }).spec
  expect(countParams(backbone)).toBe(11_894_848)
  expect(countParams(embed)).toBe(787_200)
  expect(countParams(blocks)).toBe(85_054_464)
  expect(countParams(norm)).toBe(1_536)
  expect(countParams(positions)).toBe(256 * 768)
  expect(countParams([bridge, ...decoder])).toBe(7_387_200)
  expect(countParams(head)).toBe(1_305)
})

it("has sizes for a CPU", () => {
  expect(count(transUNetSizes.tiny)).toBe(351_961)
  expect(count({ ...transUNetSizes.tiny, size: square(128) })).toBe(339_673)
  expect(count(transUNetSizes.small)).toBe(3_352_113)
})

it("refuses what it cannot take before it makes a tensor", () => {
  const tiny = transUNet({ ...transUNetSizes.tiny, size: [32, 48] })
  expect(() => tiny.check([1, 32, 48, 1])).not.toThrow()
  expect(() => tiny.check([1, 48, 32, 1])).toThrow(InputShapeError)
  expect(() => tiny.check([1, 32, 48, 3])).toThrow(InputShapeError)
  expect(() => transUNet({ size: [40, 32] })).toThrow("multiples of 16")
  expect(() => transUNet({ heads: 5 })).toThrow(ConfigError)
  expect(() => transUNet({ inChannels: 2 })).toThrow(ConfigError)
  expect(() => transUNet({ dropout: 1 })).toThrow(ConfigError)
  expect(() => transUNet({ layers: 0 })).toThrow(ConfigError)
  expect(() => transUNet({ units: [1, 1] as never })).toThrow("units must be 3 numbers")
  expect(() => transUNet({ decoder: [8, 8, 0, 8] })).toThrow("decoder[2] is 0; it must be a positive integer")
})

it("starts as its source does: perceptrons Xavier uniform, positions zero, the rest as PyTorch", () => {
  const { embed, positions, blocks } = transUNet(transUNetSizes.tiny).spec
  expect(embed.kernel.initializer).toEqual({ kind: "uniform", bound: 1 / 16 })
  expect(positions.initializer).toEqual({ kind: "constant", value: 0 })
  expect(blocks[0].expand.kernel.initializer).toEqual({ kind: "uniform", bound: Math.sqrt(6 / (64 + 128)) })
  expect(blocks[0].attention.query.kernel.initializer).toEqual({ kind: "uniform", bound: 1 / 8 })
})

// README: mistakes in the activation or in the standardised convolutions move the output by as little as 2e-4.
const TRANSFORMER = { evaluation: 1e-4, training: 1e-4 }

goldenTest("E_transunet_root1_w4_64", "computes what the PyTorch original does", (golden) => {
  const network = transUNet({
    size: [64, 64],
    rootChannels: 1,
    width: 4,
    units: [1, 1, 1],
    groupSize: 4,
    features: 64,
    hidden: 96,
    layers: 2,
    heads: 4,
    dropout: 0,
    bridge: 20,
    decoder: [16, 12, 8, 6]
  })
  return expectNetworkAgreement(golden, network, transUNetNames, TRANSFORMER)
})

goldenTest("E_transunet_repeat3_w4_48", "repeats a single channel as the PyTorch original does", (golden) => {
  const network = transUNet({
    size: [48, 48],
    width: 4,
    units: [1, 1, 1],
    groupSize: 4,
    features: 32,
    hidden: 64,
    layers: 1,
    heads: 4,
    dropout: 0,
    bridge: 24,
    decoder: [16, 8, 8, 4]
  })
  return expectNetworkAgreement(golden, network, transUNetNames, TRANSFORMER)
})
