import { basicBlock, basicBlockSpec } from "../../src/modules/basicBlock.ts"
import { moduleAt } from "../support/agpcNet.ts"
import { BLOCK, expectAgreement } from "../support/agreement.ts"
import { goldenTest } from "../support/golden.ts"

for (const [name, config] of [
  ["A_basicblock_12_12_s1_9x9", { in: 12, out: 12, stride: 1 }],
  ["A_basicblock_16_32_s2_16x16", { in: 16, out: 32, stride: 2 }],
  ["A_basicblock_8_16_s2_11x14", { in: 8, out: 16, stride: 2 }]
] as const) {
  goldenTest(name, "computes what PyTorch computes", async (golden) => {
    await expectAgreement(
      golden,
      moduleAt("backbone.stages.0.0", basicBlockSpec(config)),
      (p, mode) => basicBlock(p, golden.image("input"), mode, { stride: config.stride }),
      BLOCK
    )
  })
}
