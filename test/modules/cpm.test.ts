import { profile, type Tensor4D, tidy, zeros } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { cpm, cpmSpec } from "../../src/modules/cpm.ts"
import { inference } from "../../src/modules/mode.ts"
import { countParams, initialize } from "../../src/modules/spec.ts"
import { key } from "../../src/random/index.ts"
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

it("attends to 170 patches in a few batched products", async () => {
  const spec = cpmSpec({ channels: 16, scales, reduceRatios: [4, 4], guide: "post" })
  const params = initialize(key(1), spec)
  const x: Tensor4D = zeros([1, 32, 32, 16])
  const run = () => tidy(() => cpm(params, x, inference, { scales, fusion: "patch", partition: "floor" }))
  const { kernels } = await profile(run)
  // For each scale two by four sizes of patch, and two for the guide map.
  expect(kernels.filter(({ name }) => name === "BatchMatMul").length).toBe(4 * (2 * 4 + 2))
  expect(kernels.length).toBeLessThan(4 * 170)
})
