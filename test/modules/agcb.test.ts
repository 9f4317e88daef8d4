import "@tensorflow/tfjs-backend-cpu"
import { profile, type Tensor4D, tidy, zeros } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { agcb, agcbSpec } from "../../src/modules/agcb.ts"
import { gnfmSpec } from "../../src/modules/gnfm.ts"
import { inference } from "../../src/modules/mode.ts"
import { nonLocalSpec } from "../../src/modules/nonLocal.ts"
import { countParams, initialize } from "../../src/modules/spec.ts"
import { key } from "../../src/random/index.ts"
import { moduleAt } from "../support/agpcNet.ts"
import { BLOCK, expectAgreement } from "../support/agreement.ts"
import { goldenTest } from "../support/golden.ts"

for (const [fusion, guide, channels, scale, rest] of [
  ["element", "post", 4, 10, "32x32"],
  ["element", "post", 4, 5, "32x32"],
  ["element", "post", 8, 3, "16x16"],
  ["element", "post", 8, 3, "21x18"],
  ["element", "post", 8, 6, "16x16"],
  ["element", "post", 8, 6, "21x18"],
  ["patch", "origin", 4, 6, "32x32"],
  ["patch", "origin", 8, 5, "21x18"],
  ["patch", "post", 4, 10, "32x32"],
  ["patch", "post", 4, 3, "32x32"],
  ["patch", "post", 4, 5, "32x32"],
  ["patch", "post", 8, 10, "10x10_onepixel"],
  ["patch", "post", 8, 10, "16x16"],
  ["patch", "post", 8, 10, "21x18"],
  ["patch", "post", 8, 3, "16x16"],
  ["patch", "post", 8, 3, "21x18"],
  ["patch", "post", 8, 5, "16x16"],
  ["patch", "post", 8, 6, "16x16"],
  ["patch", "post", 8, 6, "21x18"]
] as const) {
  goldenTest(
    `A_agcb${fusion}_${guide}_c${channels}_s${scale}_${rest}`,
    "computes what PyTorch computes",
    async (golden) => {
      const model = moduleAt("context.blocks.0", agcbSpec({ channels, reduceRatio: 4, guide }))
      await expectAgreement(
        golden,
        model,
        (p, mode) => agcb(p, golden.image("input"), mode, { scale, fusion, partition: "floor" }),
        BLOCK
      )
    }
  )
}

goldenTest("A_agcbnogca_c8_s5_16x12", "computes what PyTorch computes without a guide map", (golden) => {
  const model = moduleAt("context.blocks.0", agcbSpec({ channels: 8, reduceRatio: 4, guide: "none" }))
  return expectAgreement(
    golden,
    model,
    (p, mode) => agcb(p, golden.image("input"), mode, { scale: 5, fusion: "patch", partition: "floor" }),
    BLOCK
  )
})

it("has AGPCNet's number of parameters", () => {
  expect(countParams(agcbSpec({ channels: 32, reduceRatio: 4, guide: "post" }))).toBe(14_699)
  expect(countParams(gnfmSpec({ channels: 32, reduceRatio: 1, guide: "post" }))).toBe(3_801)
  expect(countParams(nonLocalSpec({ channels: 32, reduceRatio: 4 }))).toBe(1_585)
  expect(countParams(nonLocalSpec({ channels: 32, reduceRatio: 1 }))).toBe(3_169)
})

it("reduces the guide map's attention where it is asked to", () => {
  const reduced = agcbSpec({ channels: 32, reduceRatio: 4, guide: "post", reduceGlobal: true })
  expect(countParams(reduced)).toBe(14_699 - 3_169 + 1_585)
})

it("runs as many kernels for a hundred patches as for nine", async () => {
  const params = initialize(key(1), agcbSpec({ channels: 4, reduceRatio: 4, guide: "post" }))
  const kernels = async (scale: number) => {
    const x: Tensor4D = zeros([1, 32, 32, 4])
    const run = () => tidy(() => agcb(params, x, inference, { scale, fusion: "patch", partition: "floor" }))
    const { kernels: all } = await profile(run)
    return { all: all.length, products: all.filter(({ name }) => name === "BatchMatMul").length }
  }
  const [few, many] = [await kernels(3), await kernels(10)]
  expect(many.all).toBe(few.all)
  // Two for each of the four sizes of patch, two for the guide map.
  expect(many.products).toBe(10)
})
