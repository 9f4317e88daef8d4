import "@tensorflow/tfjs-backend-cpu"
import { memory, scalar, type Tensor, tensor4d } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { dice } from "../../src/losses/dice.ts"
import { totalLoss } from "../../src/losses/totalLoss.ts"

const map = (...numbers: ReadonlyArray<number>) => tensor4d([...numbers], [1, 1, numbers.length, 1])
const [logits, auxiliary, target] = [map(1, -1), map(-1, 2), map(1, 0)]
const [main, side] = [logits, auxiliary].map((x) => dice()(x, target).dataSync()[0])
const value = (loss: Tensor) => loss.dataSync()[0]

it("adds the auxiliary loss times alpha, 0.4 unless given, a number or a tensor (Eq. 7)", () => {
  expect(value(totalLoss(dice())({ logits, auxiliary }, target))).toBeCloseTo(main + 0.4 * side, 6)
  expect(value(totalLoss(dice(), { alpha: scalar(2) })({ logits, auxiliary }, target))).toBeCloseTo(main + 2 * side, 6)
})

it("is the main loss alone without auxiliary logits, or with alpha 0, which leaves the head untouched", () => {
  const disposed = map(0, 0)
  disposed.dispose()
  expect(value(totalLoss(dice())({ logits }, target))).toBe(main)
  expect(value(totalLoss(dice(), { alpha: 0 })({ logits, auxiliary: disposed }, target))).toBe(main)
})

it("leaves its value behind and nothing else", () => {
  const before = memory().numTensors
  totalLoss(dice())({ logits, auxiliary }, target).dispose()
  expect(memory().numTensors).toBe(before)
})
