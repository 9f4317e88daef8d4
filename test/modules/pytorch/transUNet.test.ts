import { expect, it } from "vitest"
import { transUNet } from "../../../src/modules/networks/transUNet.ts"
import { transUNetNames } from "../../../src/modules/pytorch/transUNet.ts"
import { declared } from "../../../src/modules/spec.ts"

it("has a name for each parameter of the full network", () => {
  const names = declared(transUNet().spec).map(([path]) => transUNetNames(path))
  expect(new Set(names).size).toBe(names.length)
  for (const name of [
    "transformer.embeddings.position_embeddings",
    "transformer.embeddings.hybrid_model.body.block3.unit9.conv3.weight",
    "transformer.embeddings.hybrid_model.body.block2.unit1.gn_proj.bias",
    "transformer.encoder.layer.11.ffn.fc2.weight",
    "transformer.encoder.layer.10.attn.query.bias",
    "decoder.blocks.3.conv2.1.running_var",
    "segmentation_head.0.bias"
  ]) {
    expect(names).toContain(name)
  }
})
