import { multiKernelPooling, multiKernelPoolingSpec } from "../../src/modules/multiKernelPooling.ts"
import { ceNetNames } from "../../src/modules/pytorch/ceNet.ts"
import { BLOCK, expectAgreement, partAt } from "../support/agreement.ts"
import { goldenTest } from "../support/golden.ts"

goldenTest("E_cenet_spp", "computes what SPPblock does", (golden) => {
  const model = partAt(ceNetNames, "pooling", "spp.", multiKernelPoolingSpec(8))
  return expectAgreement(golden, model, (p) => multiKernelPooling(p, golden.image("input")), BLOCK)
})
