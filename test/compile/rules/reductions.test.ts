import "@tensorflow/tfjs-backend-cpu"
import { argMin, cumsum, max, min, setBackend, sum, type Tensor } from "@tensorflow/tfjs-core"
import { beforeAll, expect, it } from "vitest"
import { traceGraph } from "../../../src/compile/traceGraph.ts"

beforeAll(async () => {
  await setBackend("cpu")
})

const traced = (f: (x: Tensor) => Tensor, ...shape: ReadonlyArray<number>) =>
  traceGraph(f, [{ shape, dtype: "float32" }]).nodes.map(({ kernel }) => kernel)

it("nothing has no largest element, and no place of it; where there is nothing to choose for, none is missed", () => {
  const missing = "of [2,0] there is nothing to choose; give it one element at least"
  expect(() => traced((x) => max(x, 1), 2, 0)).toThrow(`compile: Max: ${missing}`)
  expect(() => traced((x) => min(x), 2, 0)).toThrow(`compile: Min: ${missing}`)
  expect(() => traced((x) => argMin(x, 1), 2, 0)).toThrow(`compile: ArgMin: ${missing}`)
  expect(traced((x) => max(x, 0), 2, 0)).toEqual([])
})

it("a scalar has no axis to sum along", () => {
  expect(() => traced((x) => cumsum(x))).toThrow(
    "compile: a cumulative sum or product: a scalar has no axis; give it rank 1"
  )
})

it("an axis that is not there is refused", () => {
  expect(() => traced((x) => sum(x, 2), 2, 3)).toThrow("must be in range [-2, 2)")
  expect(traced((x) => sum(x, -2), 2, 3)).toEqual(["Sum"])
})
