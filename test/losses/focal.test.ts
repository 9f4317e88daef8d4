import "@tensorflow/tfjs-backend-cpu"
import { tensor4d } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { binaryCrossEntropy, categoricalCrossEntropy } from "../../src/losses/crossEntropy.ts"
import { focal } from "../../src/losses/focal.ts"

const logits = tensor4d([1.5, -0.5, 0.25, 3], [1, 1, 2, 2])
const target = tensor4d([1, 0, 0, 1], [1, 1, 2, 2])

it("is the cross-entropy at gamma 0", () => {
  expect(focal({ gamma: 0 })(logits, target).dataSync()).toBeAllclose(binaryCrossEntropy()(logits, target).dataSync())
  expect(focal({ gamma: 0, activation: "softmax" })(logits, target).dataSync()).toBeAllclose(
    categoricalCrossEntropy()(logits, target).dataSync()
  )
})

it("discounts a pixel that is right with probability 0.9 by a hundred, as in the paper that proposed it", () => {
  const [x, t] = [tensor4d([Math.log(9)], [1, 1, 1, 1]), tensor4d([1], [1, 1, 1, 1])]
  expect(focal()(x, t).dataSync()[0]).toBeCloseTo(-Math.log(0.9) / 100, 7)
})

it("weighs positives and negatives by alpha and 1 - alpha", () => {
  const one = (t: number) => focal({ positiveFraction: 0.25 })(tensor4d([0], [1, 1, 1, 1]), tensor4d([t], [1, 1, 1, 1]))
  expect(one(1).dataSync()[0]).toBeCloseTo((0.25 * Math.LN2) / 4, 6)
  expect(one(0).dataSync()[0]).toBeCloseTo((0.75 * Math.LN2) / 4, 6)
})
