import { expect, it } from "vitest"
import { afm, afmSpec } from "../../src/modules/afm.ts"
import { countParams } from "../../src/modules/spec.ts"
import { moduleAt } from "../support/agpcNet.ts"
import { BLOCK, expectAgreement } from "../support/agreement.ts"
import { goldenTest } from "../support/golden.ts"

for (const [name, high, low] of [
  ["A_afm_16_8_8_b4_7x9", 16, 8],
  ["A_afm_32_16_16_b2_12x12", 32, 16]
] as const) {
  goldenTest(name, "computes what PyTorch computes", async (golden) => {
    await expectAgreement(
      golden,
      moduleAt("fuse23", afmSpec({ high, low })),
      (p, mode) => afm(p, golden.image("input.high"), golden.image("input.low"), mode),
      BLOCK
    )
  })
}

it("has AGPCNet's number of parameters", () => {
  expect(countParams(afmSpec({ high: 512, low: 256 }))).toBe(789_888)
  expect(countParams(afmSpec({ high: 256, low: 128 }))).toBe(198_336)
})
