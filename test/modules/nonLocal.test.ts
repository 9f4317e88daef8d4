import { expect, it } from "vitest"
import { nonLocal, nonLocalSpec } from "../../src/modules/nonLocal.ts"
import { moduleAt } from "../support/agpcNet.ts"
import { BLOCK, expectAgreement } from "../support/agreement.ts"
import { goldenTest } from "../support/golden.ts"

for (const [name, channels, reduceRatio] of [
  ["A_nonlocal_c16_r1_8x8", 16, 1],
  ["A_nonlocal_c16_r4_9x7", 16, 4],
  ["A_nonlocal_c8_r4_1x5", 8, 4]
] as const) {
  goldenTest(name, "computes what PyTorch computes", async (golden) => {
    await expectAgreement(
      golden,
      moduleAt("context.blocks.0.local", nonLocalSpec({ channels, reduceRatio })),
      (p) => nonLocal(p, golden.image("input")),
      BLOCK
    )
  })
}

it("refuses a ratio that does not divide the channels", () => {
  expect(() => nonLocalSpec({ channels: 6, reduceRatio: 4 })).toThrow(
    "nonLocal cannot be made: reduceRatio 4 does not divide 6 channels; choose a divisor of 6"
  )
})
