import { expect, it } from "vitest"
import { ConfigError, InputShapeError } from "../../../src/modules/errors.ts"
import { r2UNet } from "../../../src/modules/networks/r2UNet.ts"
import { r2UNetNames } from "../../../src/modules/pytorch/r2UNet.ts"
import { countParams } from "../../../src/modules/spec.ts"
import { expectNetworkAgreement, NETWORK } from "../../support/agreement.ts"
import { goldenTest } from "../../support/golden.ts"

it("has the parameter counts of LeeJunHyun/Image_Segmentation, however often it recurs", () => {
  expect(countParams(r2UNet().spec)).toBe(39_091_265)
  expect(countParams(r2UNet({ recurrences: 5 }).spec)).toBe(39_091_265)
  expect(countParams(r2UNet({ inChannels: 3 }).spec)).toBe(39_091_393)
  expect(countParams(r2UNet({ attention: true }).spec)).toBe(39_442_797)
})

it("refuses what it cannot take before it makes a tensor", () => {
  expect(() => r2UNet({ width: 1 }).check([1, 40, 32, 1])).toThrow(InputShapeError)
  expect(() => r2UNet({ recurrences: 0 })).toThrow(ConfigError)
})

goldenTest("E_r2unet_ljh_w2_32x32", "computes what the PyTorch original does", (golden) => {
  return expectNetworkAgreement(golden, r2UNet({ width: 2 }), r2UNetNames, NETWORK)
})
