import "@tensorflow/tfjs-backend-cpu"
import { expect, it } from "vitest"
import { resNetV2Unit, resNetV2UnitSpec } from "../../src/modules/resNetV2Unit.ts"
import { initialize } from "../../src/modules/spec.ts"
import { key } from "../../src/random/index.ts"
import { noise } from "../support/linearMap.ts"

const groups = (channels: number) => channels / 2

it("strides by its 3x3 convolution and its projection alike, rounding up", () => {
  const p = initialize(key(1), resNetV2UnitSpec({ in: 4, middle: 2, out: 8, stride: 2 }))
  expect(resNetV2Unit(p, noise([1, 7, 4, 4], 1), { stride: 2, groups }).shape).toEqual([1, 4, 2, 8])
})

it("has a projection only where the shape changes", () => {
  expect(resNetV2UnitSpec({ in: 8, middle: 2, out: 8, stride: 1 })).not.toHaveProperty("project")
  expect(resNetV2UnitSpec({ in: 8, middle: 2, out: 8, stride: 2 })).toHaveProperty("project")
  expect(resNetV2UnitSpec({ in: 4, middle: 2, out: 8, stride: 1 })).toHaveProperty("project")
})
