import "@tensorflow/tfjs-backend-cpu"
import { tensor4d } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { padTo } from "../../src/modules/padTo.ts"

it("puts zeros at the bottom and right, and leaves a map of the size as it is", () => {
  const x = tensor4d([1, 2], [1, 1, 2, 1])
  expect(padTo(x, [2, 3]).dataSync()).toBeAllclose([1, 2, 0, 0, 0, 0])
  expect(padTo(x, [1, 2])).toBe(x)
})
