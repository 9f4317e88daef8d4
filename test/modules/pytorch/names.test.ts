import { expect, it } from "vitest"
import { pyTorchNames } from "../../../src/modules/pytorch/names.ts"

it("rewrites the path of the layer by every rule in order, then translates the tensor", () => {
  const names = pyTorchNames([
    [/^stages\.(\d+)\./, "layer$1."],
    [/norm(\d)$/, "bn$1"]
  ])
  expect(names("stages.0.norm1.scale")).toBe("layer0.bn1.weight")
  expect(names("stages.0.norm1.offset")).toBe("layer0.bn1.bias")
  expect(names("stages.0.norm1.mean")).toBe("layer0.bn1.running_mean")
  expect(names("stages.0.norm1.variance")).toBe("layer0.bn1.running_var")
  expect(names("stages.1.conv.kernel")).toBe("layer1.conv.weight")
  expect(names("stages.1.gamma")).toBe("stages.1.gamma")
})

it("leaves a tensor outside of any layer where it is", () => {
  expect(pyTorchNames([])("kernel")).toBe("weight")
  expect(pyTorchNames([])("gamma")).toBe("gamma")
})
