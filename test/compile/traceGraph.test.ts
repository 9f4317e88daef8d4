import "@tensorflow/tfjs-backend-cpu"
import {
  getBackend,
  getKernelsForBackend,
  mul,
  randomNormal,
  relu,
  setBackend,
  type Tensor,
  tensor1d,
  variable
} from "@tensorflow/tfjs-core"
import { beforeAll, describe, expect, it } from "vitest"
import { tensorsAlive } from "../../src/backend/backend.ts"
import { traceGraph } from "../../src/compile/traceGraph.ts"

beforeAll(async () => {
  await setBackend("cpu")
})

describe("traceGraph", () => {
  it("gives the steps, the shapes and what was captured, and computes nothing", () => {
    const captured = tensor1d([1, 2, 3])
    const graph = traceGraph((x: Tensor) => mul(relu(x), captured), [{ shape: [4, 3], dtype: "float32" }])
    expect(graph.nodes.map(({ kernel }) => kernel)).toEqual(["Relu", "Multiply"])
    expect(graph.inputs.map(({ shape }) => shape)).toEqual([[4, 3]])
    expect(graph.outputs.map(({ shape }) => shape)).toEqual([[4, 3]])
    expect([...graph.constants.values()]).toEqual([Float32Array.of(1, 2, 3)])
    captured.dispose()
  })

  it("takes variables as they are now, and refuses what is random", () => {
    const w = variable(tensor1d([1, 2]))
    const graph = traceGraph((x: Tensor) => mul(x, w), [{ shape: [2], dtype: "float32" }])
    expect(graph.inputs.length).toBe(1)
    expect([...graph.constants.values()]).toEqual([Float32Array.of(1, 2)])
    expect(() => traceGraph(() => randomNormal([2]), [])).toThrow("randomNormal: its numbers would be drawn")
    expect(() => traceGraph((async (x: Tensor) => x) as never, [])).toThrow("a promise")
    w.dispose()
  })

  it("leaves tfjs as it was, also when the function throws", () => {
    const alive = tensorsAlive()
    const type = { shape: [4], dtype: "float32" } as const
    traceGraph((x: Tensor) => relu(x), [type])
    const failing = (x: Tensor): Tensor => {
      relu(x)
      throw new Error("own")
    }
    expect(() => traceGraph(failing, [type])).toThrow("own")
    expect(() => traceGraph((x: Tensor) => mul(x, x.dataSync()[0]), [type])).toThrow(/has a shape but no numbers/)
    expect(getBackend()).toBe("cpu")
    expect(tensorsAlive()).toBe(alive)
    expect(getKernelsForBackend("graph")).toEqual([])
  })
})
