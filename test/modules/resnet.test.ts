import { expect, it } from "vitest"
import { ConfigError } from "../../src/modules/errors.ts"
import { resnetSpec } from "../../src/modules/resnet.ts"
import { countParams } from "../../src/modules/spec.ts"

it("has the exact number of parameters, with images of three channels and of one", () => {
  expect(countParams(resnetSpec({ in: 3, width: 64, depth: 18 }))).toBe(11_176_512)
  expect(countParams(resnetSpec({ in: 1, width: 64, depth: 18 }))).toBe(11_170_240)
  expect(countParams(resnetSpec({ in: 3, width: 64, depth: 34 }))).toBe(21_284_672)
  expect(countParams(resnetSpec({ in: 1, width: 64, depth: 34 }))).toBe(21_278_400)
})

it("has as many blocks as its depth says, and a shortcut of its own where the map is halved", () => {
  const { stages } = resnetSpec({ in: 1, width: 4, depth: 34 })
  expect(stages.map((blocks) => blocks.length)).toEqual([3, 4, 6, 3])
  expect(stages.map((blocks) => blocks.map((block) => "shortcut" in block))).toEqual([
    [false, false, false],
    [true, false, false, false],
    [true, false, false, false, false, false],
    [true, false, false]
  ])
})

it("refuses a depth that it does not know", () => {
  expect(() => resnetSpec({ in: 1, width: 64, depth: 50 as 34 })).toThrow(ConfigError)
})
