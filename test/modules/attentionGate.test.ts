import { attentionGate, attentionGateSpec } from "../../src/modules/attentionGate.ts"
import { attentionUNetNames } from "../../src/modules/pytorch/attentionUNet.ts"
import { BLOCK, expectAgreement, partAt } from "../support/agreement.ts"
import { goldenTest } from "../support/golden.ts"

goldenTest("E_attgate_16_16_8", "computes what Attention_block does", (golden) => {
  const spec = attentionGateSpec({ signal: 16, skip: 16, inner: 8 })
  const model = partAt(attentionUNetNames, "decoder.0.gate", "Att5.", spec)
  const image = (name: string) => golden.image(`input.${name}`)
  return expectAgreement(golden, model, (p, mode) => attentionGate(p, image("g"), image("x"), mode), BLOCK)
})
