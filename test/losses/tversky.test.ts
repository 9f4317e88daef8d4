import "@tensorflow/tfjs-backend-cpu"
import { tensor4d } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { tversky } from "../../src/losses/tversky.ts"

const row = (...numbers: ReadonlyArray<number>) => tensor4d([...numbers], [1, 1, numbers.length, 1])

it("by default punishes a miss more than a false alarm", () => {
  const truth = row(1, 1, 0, 0)
  expect(tversky()(row(50, -50, -50, -50), truth).dataSync()[0]).toBeCloseTo(1 - 1 / 1.7, 4)
  expect(tversky()(row(50, 50, 50, -50), truth).dataSync()[0]).toBeCloseTo(1 - 2 / 2.3, 4)
})
