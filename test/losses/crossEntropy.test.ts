import "@tensorflow/tfjs-backend-cpu"
import { tensor1d, tensor4d } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { binaryCrossEntropy, categoricalCrossEntropy } from "../../src/losses/crossEntropy.ts"

const pixels = (classes: number, ...numbers: ReadonlyArray<number>) =>
  tensor4d([...numbers], [1, 1, numbers.length / classes, classes])

it("is log 2 for each pixel of which nothing is known", () => {
  expect(binaryCrossEntropy()(pixels(1, 0, 0), pixels(1, 1, 0)).dataSync()[0]).toBeCloseTo(Math.LN2, 6)
  expect(categoricalCrossEntropy()(pixels(2, 0, 0), pixels(2, 1, 0)).dataSync()[0]).toBeCloseTo(Math.LN2, 6)
})

it("keeps the digits of a tiny loss", () => {
  const [found] = binaryCrossEntropy()(pixels(1, 20), pixels(1, 1)).dataSync()
  expect(found / Math.exp(-20)).toBeCloseTo(1, 5)
})

it("multiplies the part of the positive pixels by their weight", () => {
  const loss = binaryCrossEntropy({ positiveWeight: 3 })
  expect(loss(pixels(1, 0, 0), pixels(1, 1, 0)).dataSync()[0]).toBeCloseTo(2 * Math.LN2, 6)
})

it("divides by the weights of the true classes, given as numbers or as a tensor", () => {
  const logits = pixels(2, 0, 0, 2, 0)
  const target = pixels(2, 1, 0, 0, 1)
  const expected = (3 * Math.LN2 + Math.log(1 + Math.exp(2))) / 4
  for (const classWeights of [[3, 1], tensor1d([3, 1])]) {
    expect(categoricalCrossEntropy({ classWeights })(logits, target).dataSync()[0]).toBeCloseTo(expected, 6)
  }
})
