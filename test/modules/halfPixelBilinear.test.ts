import { tensor4d } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { halfPixelBilinear } from "../../src/modules/halfPixelBilinear.ts"
import { onEveryEngine } from "../support/engines.ts"
import { goldenTest } from "../support/golden.ts"
import { expectTransposedGradient } from "../support/linearMap.ts"

goldenTest("A_nearest2x_maxpool2", "resizes as PyTorch does without aligned corners", (golden) =>
  onEveryEngine(
    golden.image("input"),
    (x) => halfPixelBilinear(x, [25, 19]),
    (found, engine) => {
      expect(found, engine).toBeAllclose(golden.tensor("output.eval.bilinear_ac_false").data, { relative: 2e-6 })
    }
  )
)

it("doubles a row at quarters of the way between its pixels, and holds the ends", () => {
  const y = halfPixelBilinear(tensor4d([0, 4, 8], [1, 1, 3, 1]), [1, 6])
  expect(y.dataSync()).toBeAllclose([0, 1, 3, 5, 7, 8])
})

it("has its transpose as gradient, also on maps that are not square", () => {
  expectTransposedGradient((x) => halfPixelBilinear(x, [9, 4]), [2, 3, 5, 2])
})
