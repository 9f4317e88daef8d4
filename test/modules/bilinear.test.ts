import { grad, mul, randomUniform, sum, type Tensor4D, tensor4d } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { bilinear } from "../../src/modules/bilinear.ts"
import { onEveryEngine } from "../support/engines.ts"
import { goldenTest } from "../support/golden.ts"

goldenTest("A_bilinear_aligncorners", "interpolates as PyTorch does", async (golden) => {
  for (const [map, { size }] of Object.entries(golden.config) as ReadonlyArray<[string, { size: [number, number] }]>) {
    const expected = golden.tensor(`output.eval.${map}`).data
    await onEveryEngine(
      golden.image(`input.${map}`),
      (x) => bilinear(x, size),
      (found, engine) => {
        expect(found, engine).toBeAllclose(expected, { relative: 2e-5 })
      }
    )
  }
})

it("keeps the corners and spaces what lies between them evenly", () => {
  const y = bilinear(tensor4d([0, 1, 2, 3], [1, 2, 2, 1]), [2, 5])
  expect(y.dataSync()).toBeAllclose([0, 0.25, 0.5, 0.75, 1, 2, 2.25, 2.5, 2.75, 3])
})

it("spreads one pixel over any size, and takes the corner for a size of one", () => {
  expect(bilinear(tensor4d([7], [1, 1, 1, 1]), [2, 3]).dataSync()).toBeAllclose([7, 7, 7, 7, 7, 7])
  expect(bilinear(tensor4d([1, 2, 3, 4], [1, 2, 2, 1]), [1, 1]).dataSync()).toBeAllclose([1])
})

it("has the transposed map as its gradient, on maps that are not square too", () => {
  for (const [from, to] of [
    [
      [3, 5],
      [6, 10]
    ],
    [
      [4, 1],
      [7, 3]
    ],
    [
      [7, 6],
      [3, 1]
    ]
  ] as const) {
    const x = randomUniform([2, ...from, 3], -1, 1, "float32", 1) as Tensor4D
    const weights = randomUniform([2, ...to, 3], -1, 1, "float32", 2) as Tensor4D
    const dx = grad((input) => sum(mul(bilinear(input as Tensor4D, to), weights)))(x)
    // The map is linear: <B x, w> = <x, B' w>.
    const ours = sum(mul(dx, x)).dataSync()[0]
    expect(ours).toBeCloseTo(sum(mul(bilinear(x, to), weights)).dataSync()[0], 4)
  }
})
