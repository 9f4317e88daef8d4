import "@tensorflow/tfjs-backend-cpu"
import { expect, it } from "vitest"
import { maxPool2d } from "../../src/modules/maxPool2d.ts"
import { goldenTest, toNchw } from "../support/golden.ts"
import { noise } from "../support/linearMap.ts"

goldenTest("A_nearest2x_maxpool2", "takes the windows that PyTorch takes", (golden) => {
  const x = golden.image("input")
  const expected = (name: string) => golden.tensor(`output.eval.${name}`).data
  expect(toNchw(maxPool2d(x))).toBeAllclose(expected("maxpool2"), { relative: 0 })
  expect(toNchw(maxPool2d(x, { size: 3, stride: 2 }))).toBeAllclose(expected("maxpool3s2p0"), { relative: 0 })
  expect(toNchw(maxPool2d(x, { size: 3, stride: 2, padding: 1 }))).toBeAllclose(expected("maxpool3s2p1"), {
    relative: 0
  })
})

it("leaves out an odd row and column", () => {
  expect(maxPool2d(noise([1, 5, 3, 2], 1)).shape).toEqual([1, 2, 1, 2])
})
