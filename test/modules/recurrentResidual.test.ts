import "@tensorflow/tfjs-backend-cpu"
import { expect, it } from "vitest"
import { conv2d } from "../../src/modules/conv2d.ts"
import { inference } from "../../src/modules/mode.ts"
import { r2UNetNames } from "../../src/modules/pytorch/r2UNet.ts"
import { recurrentResidual, recurrentResidualSpec } from "../../src/modules/recurrentResidual.ts"
import { initialize } from "../../src/modules/spec.ts"
import { key } from "../../src/random/index.ts"
import { BLOCK, expectAgreement, partAt } from "../support/agreement.ts"
import { goldenTest } from "../support/golden.ts"
import { noise } from "../support/linearMap.ts"

goldenTest("E_rrcnn_6_12", "computes what RRCNN_block does, running statistics of three passes included", (golden) => {
  const model = partAt(r2UNetNames, "encoder.0", "RRCNN1.", recurrentResidualSpec({ in: 6, out: 12 }))
  return expectAgreement(golden, model, (p, mode) => recurrentResidual(p, golden.image("input"), mode), BLOCK)
})

it("adds what is never negative to its projection, and more recurrences change it", () => {
  const p = initialize(key(1), recurrentResidualSpec({ in: 2, out: 3 }))
  const x = noise([1, 4, 4, 2], 1)
  const once = recurrentResidual(p, x, inference, { recurrences: 1 }).dataSync()
  const projected = conv2d(p.project, x).dataSync()
  expect(once.every((value, i) => value >= projected[i])).toBe(true)
  expect(recurrentResidual(p, x, inference).dataSync()).not.toEqual(once)
})
