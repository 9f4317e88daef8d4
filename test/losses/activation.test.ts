import "@tensorflow/tfjs-backend-cpu"
import { tensor2d } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { classRefusal, probabilities } from "../../src/losses/activation.ts"

it("makes probabilities of classes that overlap one by one, and of classes that do not together", () => {
  const logits = tensor2d([[0, Math.log(3)]])
  expect(probabilities(logits, "sigmoid").dataSync()).toBeAllclose([0.5, 0.75])
  expect(probabilities(logits, "softmax").dataSync()).toBeAllclose([0.25, 0.75])
})

it("has something against softmax of a single class alone", () => {
  expect(classRefusal("softmax")(1)).toContain("take a sigmoid")
  expect(classRefusal("softmax")(2)).toBeUndefined()
  expect(classRefusal("sigmoid")(1)).toBeUndefined()
})
