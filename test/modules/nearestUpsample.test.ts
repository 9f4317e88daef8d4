import "@tensorflow/tfjs-backend-cpu"
import "../../src/backend/gradients.ts"
import { expect, it } from "vitest"
import { nearestUpsample } from "../../src/modules/nearestUpsample.ts"
import { goldenTest, toNchw } from "../support/golden.ts"
import { expectTransposedGradient } from "../support/linearMap.ts"

goldenTest("A_nearest2x_maxpool2", "repeats pixels as PyTorch does", (golden) => {
  const y = nearestUpsample(golden.image("input"))
  expect(toNchw(y)).toBeAllclose(golden.tensor("output.eval.nearest").data, { relative: 0 })
})

it("sums each block in its gradient, for every image of a batch", () => {
  expectTransposedGradient(nearestUpsample, [3, 4, 5, 2])
})
