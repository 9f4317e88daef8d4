import { grad, mul, randomUniform, sum, type Tensor, type Tensor4D, tensor4d } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { adaptiveAvgPool, adaptiveBins, adaptiveMaxPool } from "../../src/modules/adaptivePool.ts"
import { onEveryEngine } from "../support/engines.ts"
import { goldenTest } from "../support/golden.ts"

goldenTest("A_adaptivemaxpool", "takes the maxima that PyTorch takes", async (golden) => {
  for (const map of ["m0", "m1", "m2"]) {
    for (const scale of [3, 5, 6, 10]) {
      const pool = (x: Tensor4D) => adaptiveMaxPool(x, [scale, scale])
      await onEveryEngine(golden.image(`input.${map}`), pool, (found, engine) => {
        expect(found, engine).toEqual(golden.tensor(`output.eval.${map}.s${scale}`).data)
      })
    }
  }
})

it("has bins that overlap where their number does not divide the length", () => {
  const bins = adaptiveBins(32, 10).map(({ start, end }) => [start, end])
  expect(bins.slice(0, 4)).toEqual([
    [0, 4],
    [3, 7],
    [6, 10],
    [9, 13]
  ])
})

const row = (...values: Array<number>) => tensor4d(values, [1, 1, values.length, 1])

it("takes means over the same bins", () => {
  expect(adaptiveAvgPool(row(1, 2, 3, 4, 5), [1, 2]).dataSync()).toBeAllclose([2, 4])
  expect(adaptiveAvgPool(row(1, 2, 3, 4, 5), [1, 3]).dataSync()).toBeAllclose([1.5, 3, 4.5])
})

it("gives the gradient of a tie to its first element, row by row", () => {
  const x = tensor4d([1, 5, 5, 1, 5, 1, 5, 1], [1, 2, 4, 1])
  const dx = grad((input: Tensor) => sum(adaptiveMaxPool(input as Tensor4D, [1, 1])))(x)
  expect(dx.dataSync()).toEqual(Float32Array.of(0, 1, 0, 0, 0, 0, 0, 0))
  const halves = grad((input: Tensor) => sum(adaptiveMaxPool(input as Tensor4D, [1, 2])))(x)
  expect(halves.dataSync()).toEqual(Float32Array.of(0, 1, 1, 0, 0, 0, 0, 0))
})

it("sums the gradients of overlapping bins", () => {
  const dx = grad((input: Tensor) =>
    sum(mul(adaptiveMaxPool(input as Tensor4D, [1, 2]), tensor4d([10, 1], [1, 1, 2, 1])))
  )(row(1, 9, 2))
  expect(dx.dataSync()).toEqual(Float32Array.of(0, 11, 0))
})

it("agrees with the definition on a map of any size", () => {
  const x = randomUniform([2, 7, 5, 3], -1, 1, "float32", 3) as Tensor4D
  const [values, size] = [x.arraySync(), [4, 3] as const]
  const [highest, averages] = [adaptiveMaxPool(x, size).arraySync(), adaptiveAvgPool(x, size).arraySync()]
  adaptiveBins(7, 4).forEach((rows, i) => {
    adaptiveBins(5, 3).forEach((columns, j) => {
      const bin = values[1]
        .slice(rows.start, rows.end)
        .flatMap((line) => line.slice(columns.start, columns.end))
        .map((pixel) => pixel[2])
      expect(highest[1][i][j][2]).toBe(Math.max(...bin))
      expect(averages[1][i][j][2]).toBeCloseTo(bin.reduce((a, b) => a + b) / bin.length, 6)
    })
  })
})
