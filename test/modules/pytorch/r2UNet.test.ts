import { expect, it } from "vitest"
import { r2UNet } from "../../../src/modules/networks/r2UNet.ts"
import { r2UNetNames } from "../../../src/modules/pytorch/r2UNet.ts"
import { declared } from "../../../src/modules/spec.ts"

it("calls the parts of the gated form by the names of R2AttU_Net", () => {
  const names = declared(r2UNet({ attention: true }).spec).map(([path]) => r2UNetNames(path))
  expect(new Set(names).size).toBe(names.length)
  const layers = new Set(names.map((name) => name.replace(/\.\w+$/, "")))
  for (const layer of ["RRCNN1.Conv_1x1", "Up_RRCNN2.RCNN.1.conv.0", "Up5.up.1", "Att3.W_x.1", "Att2.psi.0"]) {
    expect(layers).toContain(layer)
  }
})
