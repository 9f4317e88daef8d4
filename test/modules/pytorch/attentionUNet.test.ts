import "@tensorflow/tfjs-backend-cpu"
import { expect, it } from "vitest"
import { attentionUNet } from "../../../src/modules/networks/attentionUNet.ts"
import { leaves } from "../../../src/modules/params.ts"
import { attentionUNetNames } from "../../../src/modules/pytorch/attentionUNet.ts"
import { exportPyTorch, importPyTorch } from "../../../src/modules/pytorch/convert.ts"
import { initialize } from "../../../src/modules/spec.ts"
import { key } from "../../../src/random/index.ts"

it("comes back the same through a state dict", async () => {
  const model = { spec: attentionUNet({ width: 2 }).spec, names: attentionUNetNames }
  const params = initialize(key(1), model.spec)
  const back = leaves(importPyTorch(model, await exportPyTorch(model, params)))
  expect(back.map(([, tensor]) => tensor.dataSync())).toEqual(leaves(params).map(([, tensor]) => tensor.dataSync()))
})

it("calls its parts by the names of AttU_Net", () => {
  expect(attentionUNetNames("encoder.4.1.conv.bias")).toBe("Conv5.conv.3.bias")
  expect(attentionUNetNames("decoder.0.gate.signal.conv.kernel")).toBe("Att5.W_g.0.weight")
  expect(attentionUNetNames("decoder.3.gate.psi.norm.mean")).toBe("Att2.psi.1.running_mean")
  expect(attentionUNetNames("decoder.1.rise.norm.scale")).toBe("Up4.up.2.weight")
  expect(attentionUNetNames("decoder.3.block.0.norm.offset")).toBe("Up_conv2.conv.1.bias")
})
