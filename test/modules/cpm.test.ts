import { expect, it } from "vitest"
import { cpm, cpmSpec } from "../../src/modules/cpm.ts"
import { countParams } from "../../src/modules/spec.ts"
import { moduleAt } from "../support/agpcNet.ts"
import { BLOCK, expectAgreement } from "../support/agreement.ts"
import { goldenTest } from "../support/golden.ts"

const scales = [10, 6, 5, 3]

for (const [name, fusion] of [
  ["A_cpm_patch_post_c64_16x16", "patch"],
  ["A_cpm_element_post_c64_11x10", "element"]
] as const) {
  goldenTest(name, "computes what PyTorch computes", async (golden) => {
    const model = moduleAt("context", cpmSpec({ channels: 64, scales, reduceRatios: [16, 4], guide: "post" }))
    await expectAgreement(
      golden,
      model,
      (p, mode) => cpm(p, golden.image("input"), mode, { scales, fusion, partition: "floor" }),
      BLOCK
    )
  })
}

it("has AGPCNet's number of parameters", () => {
  expect(countParams(cpmSpec({ channels: 512, scales, reduceRatios: [16, 4], guide: "post" }))).toBe(158_732)
})
