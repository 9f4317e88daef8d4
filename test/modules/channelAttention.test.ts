import "@tensorflow/tfjs-backend-cpu"
import "../../src/backend/gradients.ts"
import { grad, reverse, sum, type Tensor, type Tensor4D } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { channelAttention, channelAttentionSpec } from "../../src/modules/channelAttention.ts"
import { inference } from "../../src/modules/mode.ts"
import { countParams } from "../../src/modules/spec.ts"
import { training } from "../support/agpcNet.ts"
import { noise } from "../support/linearMap.ts"
import { randomParams } from "../support/randomParams.ts"

it("has AGPCNet's number of parameters", () => {
  expect(countParams(channelAttentionSpec(256))).toBe(33_728)
  expect(countParams(channelAttentionSpec(128))).toBe(8_672)
})

it("sees only the mean of each channel", () => {
  const params = randomParams(channelAttentionSpec(4), 1)
  const x = noise([2, 3, 5, 4], 1)
  const gate = channelAttention(params, x, inference).dataSync()
  expect(channelAttention(params, reverse(x, [1, 2]), inference).dataSync()).toBeAllclose(gate, { relative: 1e-5 })
})

it("trains on one image by the running statistics, which stay as they are", () => {
  const params = randomParams(channelAttentionSpec(4), 1)
  const [x, mode] = [noise([1, 3, 5, 4], 1), training()]
  const gate = channelAttention(params, x, mode)
  expect(gate.dataSync()).toEqual(channelAttention(params, x, inference).dataSync())
  expect(mode.statistics.updates().size).toBe(0)
  const gradient = grad((input: Tensor) => sum(channelAttention(params, input as Tensor4D, mode)))(x)
  expect(gradient.dataSync().some((slope) => slope !== 0)).toBe(true)
})
