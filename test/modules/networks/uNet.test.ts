import { expect, it } from "vitest"
import { ConfigError, InputShapeError } from "../../../src/modules/errors.ts"
import { type UNetConfig, uNet } from "../../../src/modules/networks/uNet.ts"
import { uNetNames } from "../../../src/modules/pytorch/uNet.ts"
import { countParams, declared } from "../../../src/modules/spec.ts"
import { expectNetworkAgreement, NETWORK } from "../../support/agreement.ts"
import { goldenTest } from "../../support/golden.ts"

const count = (config: UNetConfig) => countParams(uNet(config).spec)

it("has the parameter counts of milesial/Pytorch-UNet", () => {
  expect(count({})).toBe(31_036_481)
  expect(count({ classes: 2 })).toBe(31_036_546)
  expect(count({ classes: 3 })).toBe(31_036_611)
  expect(count({ inChannels: 3 })).toBe(31_037_633)
  expect(count({ inChannels: 3, classes: 2 })).toBe(31_037_698)
  expect([32, 16, 8].map((width) => count({ width }))).toEqual([7_762_465, 1_942_289, 486_409])
  expect(count({ upsampling: "bilinear" })).toBe(17_261_825)
  expect(count({ upsampling: "bilinear", inChannels: 3, classes: 2 })).toBe(17_263_042)
})

it("has that repository's counts level by level", () => {
  const sizes = new Map<string, number>()
  for (const [path, leaf] of declared(uNet().spec)) {
    if (leaf.role !== "weight") continue
    const level = path.replace(/^(head|\w+\.\d).*/, "$1")
    sizes.set(level, (sizes.get(level) ?? 0) + leaf.shape.reduce((product, n) => product * n, 1))
  }
  expect(Object.fromEntries(sizes)).toEqual({
    "encoder.0": 37_696,
    "encoder.1": 221_696,
    "encoder.2": 885_760,
    "encoder.3": 3_540_992,
    "encoder.4": 14_159_872,
    "decoder.0": 9_177_600,
    "decoder.1": 2_295_040,
    "decoder.2": 574_080,
    "decoder.3": 143_680,
    head: 65
  })
})

it("has the parameter counts of LeeJunHyun/Image_Segmentation in its nearest form", () => {
  const nearest = (config: UNetConfig) => count({ upsampling: "nearest", ...config })
  expect(nearest({})).toBe(34_525_889)
  expect(nearest({ inChannels: 3 })).toBe(34_527_041)
  expect([32, 16, 8].map((width) => nearest({ width }))).toEqual([8_636_769, 2_161_841, 541_785])
})

it("refuses what it cannot take before it makes a tensor", () => {
  const shapeOf =
    (config: UNetConfig, height: number, width: number, channels = 1) =>
    () =>
      uNet({ width: 1, ...config }).check([1, height, width, channels])
  expect(shapeOf({}, 16, 15)).toThrow(InputShapeError)
  expect(shapeOf({}, 16, 17)).not.toThrow()
  expect(shapeOf({ upsampling: "nearest" }, 32, 40)).toThrow("multiples of 16")
  expect(shapeOf({ upsampling: "nearest" }, 32, 48)).not.toThrow()
  expect(shapeOf({}, 32, 32, 3)).toThrow("1 channel")
  expect(() => uNet({ width: 2.5 })).toThrow(ConfigError)
  expect(() => uNet({ upsampling: "cubic" as never })).toThrow("cubic is not transposed, bilinear or nearest")
})

for (const [file, upsampling] of [
  ["E_unet_milesial_transposed_w2_32x32", "transposed"],
  ["E_unet_milesial_bilinear_w2_37x29", "bilinear"],
  ["E_unet_ljh_w2_32x32", "nearest"]
] as const) {
  goldenTest(file, "computes what the PyTorch original does", (golden) => {
    return expectNetworkAgreement(golden, uNet({ width: 2, upsampling }), uNetNames[upsampling], NETWORK)
  })
}
