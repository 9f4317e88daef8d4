import { denseAtrous, denseAtrousSpec } from "../../src/modules/denseAtrous.ts"
import { ceNetNames } from "../../src/modules/pytorch/ceNet.ts"
import { BLOCK, expectAgreement, partAt } from "../support/agreement.ts"
import { goldenTest } from "../support/golden.ts"

goldenTest("E_cenet_dac", "computes what DACblock does", (golden) => {
  const model = partAt(ceNetNames, "atrous", "dblock.", denseAtrousSpec(12))
  return expectAgreement(golden, model, (p) => denseAtrous(p, golden.image("input")), BLOCK)
})
