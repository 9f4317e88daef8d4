import { expect, it } from "vitest"
import { maxPool2d } from "../../src/modules/maxPool2d.ts"
import { onEveryEngine } from "../support/engines.ts"
import { goldenTest } from "../support/golden.ts"
import { noise } from "../support/linearMap.ts"

goldenTest("A_nearest2x_maxpool2", "takes the windows that PyTorch takes", async (golden) => {
  for (const [name, options] of [
    ["maxpool2", {}],
    ["maxpool3s2p0", { size: 3, stride: 2 }],
    ["maxpool3s2p1", { size: 3, stride: 2, padding: 1 }]
  ] as const) {
    await onEveryEngine(
      golden.image("input"),
      (x) => maxPool2d(x, options),
      (found, engine) => {
        expect(found, `${name} on ${engine}`).toBeAllclose(golden.tensor(`output.eval.${name}`).data, { relative: 0 })
      }
    )
  }
})

it("leaves out an odd row and column", () => {
  expect(maxPool2d(noise([1, 5, 3, 2], 1)).shape).toEqual([1, 2, 1, 2])
})
