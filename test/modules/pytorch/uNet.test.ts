import "@tensorflow/tfjs-backend-cpu"
import { expect, it } from "vitest"
import { uNet } from "../../../src/modules/networks/uNet.ts"
import { leaves } from "../../../src/modules/params.ts"
import { exportPyTorch, importPyTorch } from "../../../src/modules/pytorch/convert.ts"
import { uNetNames } from "../../../src/modules/pytorch/uNet.ts"
import { declared, initialize } from "../../../src/modules/spec.ts"
import { key } from "../../../src/random/index.ts"

const forms = ["transposed", "bilinear", "nearest"] as const

it("comes back the same through a state dict of either original", async () => {
  for (const upsampling of forms) {
    const { spec } = uNet({ width: 2, upsampling })
    const model = { spec, names: uNetNames[upsampling] }
    const params = initialize(key(1), spec)
    const state = await exportPyTorch(model, params)
    expect(state.size).toBe(declared(spec).length)
    const back = leaves(importPyTorch(model, state)).map(([path, tensor]) => [path, tensor.dataSync()])
    expect(back).toEqual(leaves(params).map(([path, tensor]) => [path, tensor.dataSync()]))
  }
})

it("calls the parts of milesial's U-Net by its names", () => {
  const names = uNetNames.transposed
  expect(names("encoder.0.0.conv.kernel")).toBe("inc.double_conv.0.weight")
  expect(names("encoder.4.1.norm.variance")).toBe("down4.maxpool_conv.1.double_conv.4.running_var")
  expect(names("decoder.0.rise.bias")).toBe("up1.up.bias")
  expect(names("decoder.3.block.1.conv.kernel")).toBe("up4.conv.double_conv.3.weight")
  expect(names("head.kernel")).toBe("outc.conv.weight")
})
