import "@tensorflow/tfjs-backend-cpu"
import { slice } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { inference } from "../../src/modules/mode.ts"
import { pixelAttention, pixelAttentionSpec } from "../../src/modules/pixelAttention.ts"
import { countParams } from "../../src/modules/spec.ts"
import { noise } from "../support/linearMap.ts"
import { randomParams } from "../support/randomParams.ts"

it("has AGPCNet's number of parameters", () => {
  expect(countParams(pixelAttentionSpec(256))).toBe(33_728)
  expect(countParams(pixelAttentionSpec(128))).toBe(8_672)
})

it("gates each pixel by itself alone", () => {
  const params = randomParams(pixelAttentionSpec(5), 1)
  const x = noise([1, 4, 3, 5], 1)
  const whole = slice(pixelAttention(params, x, inference), [0, 2, 1, 0], [1, 1, 1, 5])
  const alone = pixelAttention(params, slice(x, [0, 2, 1, 0], [1, 1, 1, 5]), inference)
  expect(alone.dataSync()).toBeAllclose(whole.dataSync(), { relative: 1e-6 })
})
