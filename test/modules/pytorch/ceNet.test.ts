import { expect, it } from "vitest"
import { ceNet } from "../../../src/modules/networks/ceNet.ts"
import { ceNetNames } from "../../../src/modules/pytorch/ceNet.ts"
import { declared } from "../../../src/modules/spec.ts"

it("has a name for each parameter", () => {
  const names = declared(ceNet().spec).map(([path]) => ceNetNames(path))
  expect(new Set(names).size).toBe(names.length)
  for (const name of ["encoder3.5.bn2.weight", "encoder4.0.downsample.1.running_mean", "dblock.conv1x1.bias"]) {
    expect(names).toContain(name)
  }
})
