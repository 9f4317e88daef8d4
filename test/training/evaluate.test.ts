import "@tensorflow/tfjs-backend-cpu"
import { memory, setBackend, tensor4d } from "@tensorflow/tfjs-core"
import { beforeAll, expect, it } from "vitest"
import { binaryCrossEntropy, categoricalCrossEntropy } from "../../src/losses/crossEntropy.ts"
import { defineNetwork } from "../../src/modules/networks/network.ts"
import { confusionsOf, evaluate } from "../../src/training/evaluate.ts"

beforeAll(() => setBackend("cpu"))

/** Gives its input for logits. */
const identity = defineNetwork({ name: "identity", config: {}, spec: {}, forward: (_, x) => ({ logits: x }) })

it("counts the pixels of each image by itself, marked where the logit is above 0", () => {
  const images = tensor4d([3, -1, 0.5, 0, -2, -2, -2, 4], [2, 2, 2, 1])
  const masks = tensor4d([1, 1, 0, 0, 0, 0, 0, 1], [2, 2, 2, 1])
  const before = memory().numTensors
  const { loss, counts } = evaluate({ network: identity, loss: binaryCrossEntropy() })({ params: {}, images, masks })
  expect(memory().numTensors).toBe(before + 2)
  expect(confusionsOf(counts.dataSync(), 4)).toEqual([
    { tp: 1, fp: 1, fn: 1, tn: 1 },
    { tp: 1, fp: 0, fn: 0, tn: 3 }
  ])
  expect(loss.dataSync()).toEqual(binaryCrossEntropy()(images, masks).dataSync())
})

it("counts each class but the background, where the most probable class is marked", () => {
  const images = tensor4d([0, 1, 2, 3, 2, 1, 0, 0, 5, 0, 4, 1], [1, 2, 2, 3])
  const masks = tensor4d([0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0], [1, 2, 2, 3])
  const { counts } = evaluate({ network: identity, loss: categoricalCrossEntropy() })({ params: {}, images, masks })
  expect(confusionsOf(counts.dataSync(), 4)).toEqual([
    { tp: 1, fp: 0, fn: 1, tn: 2 },
    { tp: 1, fp: 1, fn: 0, tn: 2 }
  ])
})
