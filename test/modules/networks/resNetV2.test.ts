import "@tensorflow/tfjs-backend-cpu"
import { max, slice, type Tensor } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { resNetV2, resNetV2Spec } from "../../../src/modules/networks/resNetV2.ts"
import { initialize } from "../../../src/modules/spec.ts"
import { key } from "../../../src/random/index.ts"
import { noise } from "../../support/linearMap.ts"

const params = initialize(key(1), resNetV2Spec({ channels: 1, width: 2, units: [1, 2, 1] }))
const { deepest, skips } = resNetV2(params, noise([1, 32, 48, 1], 1), { groups: () => 1 })

it("gives maps of a half to a sixteenth of the size", () => {
  expect(deepest.shape).toEqual([1, 2, 3, 32])
  expect(skips.map(({ shape }) => shape)).toEqual([
    [1, 4, 6, 16],
    [1, 8, 12, 8],
    [1, 16, 24, 2]
  ])
})

it("fills the row and the column that its pool lacks with zeros", () => {
  const largest = (part: Tensor) => max(part).dataSync()[0]
  expect(largest(slice(skips[1], [0, 7, 0, 0], [1, 1, 12, 8]))).toBe(0)
  expect(largest(slice(skips[1], [0, 0, 11, 0], [1, 8, 1, 8]))).toBe(0)
  expect(largest(slice(skips[1], [0, 6, 0, 0], [1, 1, 12, 8]))).toBeGreaterThan(0)
})
