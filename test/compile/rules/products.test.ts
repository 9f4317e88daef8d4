import "@tensorflow/tfjs-backend-cpu"
import "../../../src/backend/gradients.ts"
import {
  gather,
  gatherND,
  grad,
  reshape,
  scatterND,
  type Tensor,
  type Tensor1D,
  tensor,
  tensor1d,
  tensor2d,
  tensorScatterUpdate,
  unsortedSegmentSum
} from "@tensorflow/tfjs-core"
import { describe, expect, it } from "vitest"
import { lower } from "../../../src/compile/lower.ts"
import { traceGraph } from "../../../src/compile/traceGraph.ts"
import { testCompiler } from "../../support/compiled/testCompiler.ts"

const { compile } = testCompiler()

const numbers = async (x: Tensor) => [...(await x.data())]
const whole = (...values: Array<number>) => tensor1d(values, "int32")

describe("sums of rows", () => {
  type Inputs = { at: Tensor1D; x: Tensor }
  const segments = ({ at, x }: Inputs) => unsortedSegmentSum(x, at, 3)

  it("are of whole numbers to the last digit, and leave out what belongs to none", async () => {
    const sums = compile(segments)({ at: whole(1, 1, -1, 3, 2), x: whole(2 ** 24, 1, 5, 6, 7) })
    expect(await numbers(sums)).toEqual([0, 2 ** 24 + 1, 7])
  })

  it("keep what is infinite to its row", async () => {
    const x = tensor2d([1, Number.POSITIVE_INFINITY, 2, 3], [2, 2])
    expect(await numbers(compile(segments)({ at: whole(0, 2), x }))).toEqual([1, Number.POSITIVE_INFINITY, 0, 0, 2, 3])
  })

  it("take memory by the rows, not by rows times segments", () => {
    const slope = (x: Tensor) => grad((y: Tensor) => gather(y, whole(3, 0, 3)))(x)
    const { model } = lower(traceGraph(slope, [{ shape: [50_000, 2], dtype: "float32" }]))
    expect(Math.max(...model.constants.map(({ data }) => data.length))).toBeLessThan(100)
  })

  it("lose nothing to threads that add to one row", async () => {
    const [count, width] = [20_000, 16]
    const indices = tensor2d(
      Int32Array.from({ length: count }, (_, i) => i % 2),
      [count, 1],
      "int32"
    )
    const scatter = (x: Tensor) => scatterND(indices, x, [2, width])
    const graph = traceGraph(scatter, [{ shape: [count, width], dtype: "float32" }])
    expect(lower(graph).model.nodes.map(({ op }) => op)).not.toContain("ScatterND")
    const ones = tensor(new Float32Array(count * width).fill(1), [count, width])
    expect(await numbers(compile(scatter)(ones))).toEqual(new Array(2 * width).fill(count / 2))
  })

  it("are no sums where slices are replaced: the last one stays", async () => {
    const replace = ({ at, x }: Inputs) => tensorScatterUpdate(tensor1d([9, 9, 9]), reshape(at, [2, 1]), x)
    expect(await numbers(compile(replace)({ at: whole(2, 2), x: tensor1d([1, 2]) }))).toEqual([9, 9, 2])
  })
})

describe("a position that is not there", () => {
  const x = tensor2d([1, 2, 3, 4], [2, 2])

  it("is refused while tracing where it is known", () => {
    expect(() => compile((y: Tensor) => gather(y, whole(0, -1)))(x)).toThrow(
      "compile: GatherV2: it is to look up -1 among 2; count positions from 0"
    )
  })

  it("is refused by the runtime where it is computed, and never counted from the end", async () => {
    const rows = ({ at }: { at: Tensor1D }) => gather(x, at)
    expect(await numbers(compile(rows)({ at: whole(1) }))).toEqual([3, 4])
    await expect(compile(rows)({ at: whole(-1) }).data()).rejects.toThrow("out of data bounds")
    const element = ({ at }: { at: Tensor1D }) => gatherND(x, at)
    expect(await numbers(compile(element)({ at: whole(1, 0) }))).toEqual([3])
    await expect(compile(element)({ at: whole(1, -1) }).data()).rejects.toThrow("out of data bounds")
    await expect(compile(element)({ at: whole(0, 2) }).data()).rejects.toThrow("out of data bounds")
  })
})
