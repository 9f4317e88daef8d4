import { expect, it } from "vitest"
import { nearestUpsample } from "../../src/modules/nearestUpsample.ts"
import { onEveryEngine } from "../support/engines.ts"
import { goldenTest } from "../support/golden.ts"
import { expectTransposedGradient } from "../support/linearMap.ts"

goldenTest("A_nearest2x_maxpool2", "repeats pixels as PyTorch does", (golden) =>
  onEveryEngine(golden.image("input"), nearestUpsample, (found, engine) => {
    expect(found, engine).toBeAllclose(golden.tensor("output.eval.nearest").data, { relative: 0 })
  })
)

it("sums each block in its gradient, for every image of a batch", () => {
  expectTransposedGradient(nearestUpsample, [3, 4, 5, 2])
})
