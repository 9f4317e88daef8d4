import { gnfm, gnfmSpec } from "../../src/modules/gnfm.ts"
import { moduleAt } from "../support/agpcNet.ts"
import { BLOCK, expectAgreement } from "../support/agreement.ts"
import { goldenTest } from "../support/golden.ts"

for (const [name, fusion, guide, reduceRatio, scale] of [
  ["A_gcachannel_post_c16_s5_32x32", "patch", "post", 1, 5],
  ["A_gcachannel_origin_c16_s6_21x18", "patch", "origin", 4, 6],
  ["A_gcaelement_post_c16_s3_21x18", "element", "post", 1, 3],
  ["A_gcaelement_origin_c16_s10_16x16", "element", "origin", 4, 10]
] as const) {
  goldenTest(name, `computes what PyTorch computes, ${guide} for ${fusion} fusion`, async (golden) => {
    const model = moduleAt("context.blocks.0.guide", gnfmSpec({ channels: 16, guide, reduceRatio }))
    await expectAgreement(golden, model, (p, mode) => gnfm(p, golden.image("input"), mode, { scale, fusion }), BLOCK)
  })
}
