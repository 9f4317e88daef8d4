import { expect, it } from "vitest"
import { ConfigError, InputShapeError } from "../../../src/modules/errors.ts"
import { attentionUNet } from "../../../src/modules/networks/attentionUNet.ts"
import { uNet } from "../../../src/modules/networks/uNet.ts"
import { attentionUNetNames } from "../../../src/modules/pytorch/attentionUNet.ts"
import { countParams } from "../../../src/modules/spec.ts"
import { expectNetworkAgreement, NETWORK } from "../../support/agreement.ts"
import { goldenTest } from "../../support/golden.ts"

it("has the parameter counts of LeeJunHyun/Image_Segmentation", () => {
  expect(countParams(attentionUNet().spec)).toBe(34_877_421)
  expect(countParams(attentionUNet({ inChannels: 3 }).spec)).toBe(34_878_573)
  const narrow = [32, 16, 8].map((width) => countParams(attentionUNet({ width }).spec))
  expect(narrow).toEqual([8_725_501, 2_184_453, 547_657])
})

it("differs from U-Net by its gates", () => {
  const { spec } = attentionUNet()
  const gates = spec.decoder.map(({ gate }) => countParams(gate))
  expect(gates).toEqual([263_939, 66_435, 16_835, 4_323])
  expect(countParams(spec) - countParams(uNet({ upsampling: "nearest" }).spec)).toBe(351_532)
})

it("refuses what it cannot take before it makes a tensor", () => {
  expect(() => attentionUNet({ width: 1 }).check([1, 16, 24, 1])).toThrow(InputShapeError)
  expect(() => attentionUNet({ width: 1 }).check([1, 16, 32, 2])).toThrow(InputShapeError)
  expect(() => attentionUNet({ classes: 0 })).toThrow(ConfigError)
})

goldenTest("E_attunet_ljh_w2_32x32", "computes what the PyTorch original does", (golden) => {
  return expectNetworkAgreement(golden, attentionUNet({ width: 2 }), attentionUNetNames, NETWORK)
})
