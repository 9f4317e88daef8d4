import "@tensorflow/tfjs-backend-cpu"
import "../../src/backend/gradients.ts"
import { grad, mul, registerKernel, setBackend, type Tensor, tensor1d, unregisterKernel } from "@tensorflow/tfjs-core"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { ownOp } from "../../src/compile/ownOp.ts"

const NAME = "TestScale"

/** x times a number; its gradient, where it is a kernel, is a hundred times as much, to tell which one was taken. */
const scale = ownOp<{ readonly x: Tensor }, { readonly by: number }, Tensor>({
  name: NAME,
  compute: ({ x }, { by }) => mul(x, by),
  gradient: { saves: [["x"], []], by: (dy, [saved], { by }) => ({ x: () => mul(mul(dy, by * 100), saved.size) }) }
})

beforeEach(async () => {
  await setBackend("cpu")
})

describe("on an engine that has no kernel for it", () => {
  it("is composed of tfjs's ops, and differentiated as these are", () => {
    expect([...scale({ x: tensor1d([1, 2]) }, { by: 3 }).dataSync()]).toEqual([3, 6])
    expect([...grad((x: Tensor) => scale({ x }, { by: 3 }))(tensor1d([1, 2])).dataSync()]).toEqual([3, 3])
  })
})

describe("on an engine that has a kernel for it", () => {
  beforeEach(() => {
    registerKernel({
      kernelName: NAME,
      backendName: "cpu",
      kernelFunc: ({ inputs, attrs }) => {
        const { shape, dtype } = inputs["x"] as Tensor
        return tensor1d(new Float32Array(shape[0]).fill(Number(attrs?.["by"])), dtype)
      }
    })
  })
  afterEach(() => unregisterKernel(NAME, "cpu"))

  it("is one node, with a gradient of its own from what it saved", () => {
    expect([...scale({ x: tensor1d([1, 2]) }, { by: 3 }).dataSync()]).toEqual([3, 3])
    expect([...grad((x: Tensor) => scale({ x }, { by: 3 }))(tensor1d([1, 2])).dataSync()]).toEqual([600, 600])
  })
})
