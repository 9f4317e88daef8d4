import { expect, it } from "vitest"
import { head, headSpec } from "../../src/modules/head.ts"
import { countParams } from "../../src/modules/spec.ts"
import { moduleAt } from "../support/agpcNet.ts"
import { BLOCK, expectAgreement } from "../support/agreement.ts"
import { goldenTest } from "../support/golden.ts"

goldenTest("A_head_32_1_12x12", "computes what PyTorch computes", (golden) => {
  return expectAgreement(
    golden,
    moduleAt("head", headSpec({ in: 32, classes: 1 })),
    (p, mode) => head(p, golden.image("input"), mode, { dropout: 0, purpose: "head" }),
    BLOCK
  )
})

it("has AGPCNet's number of parameters, and 33 more for each further class", () => {
  expect(countParams(headSpec({ in: 128, classes: 1 }))).toBe(36_993)
  expect(countParams(headSpec({ in: 128, classes: 3 }))).toBe(36_993 + 66)
})

it("has the auxiliary head of SPEC's size on the map at a quarter of the resolution", () => {
  expect(countParams(headSpec({ in: 256, classes: 1 }))).toBe(147_713)
})
