import "@tensorflow/tfjs-backend-cpu"
import "../../src/backend/gradients.ts"
import {
  add,
  grad,
  leakyRelu,
  mul,
  neg,
  relu,
  setBackend,
  step,
  sum,
  type Tensor,
  type Tensor4D
} from "@tensorflow/tfjs-core"
import { beforeAll, expect, it } from "vitest"
import { reluGradients } from "../../src/compile/reluGradients.ts"
import { kernelsLeft, traced } from "../support/compiled/kernelsLeft.ts"

beforeAll(async () => {
  await setBackend("cpu")
})

const kernelsOf = kernelsLeft(reluGradients)
const gradientOf = (f: (x: Tensor) => Tensor) => grad((x: Tensor) => sum(mul(f(x), f(x)))) as (x: Tensor4D) => Tensor

/** What the steps of a function look at. */
const lookedAt = (f: (x: Tensor4D) => Tensor) => {
  const { nodes } = reluGradients(traced(f))
  const maker = new Map(nodes.flatMap(({ kernel, outputs }) => outputs.map((output) => [output, kernel] as const)))
  return nodes.flatMap(({ kernel, inputs }) => (kernel === "Step" ? [maker.get(inputs.x) ?? "input"] : []))
}

it("a ReLU's gradient looks at its result, and is the same", async () => {
  const two = gradientOf((x) => add(relu(x), relu(neg(x))))
  expect(new Set(lookedAt(two))).toEqual(new Set(["Relu"]))
  expect(await kernelsOf(two)).toContain("Step")
  expect(lookedAt((x) => add(relu(x), step(x, 0.5)))).toEqual(["Relu"])
  await kernelsOf((x) => add(relu(x), step(x, 0.5)))
})

it("a step that no ReLU was before stays as it is", async () => {
  expect(lookedAt((x) => step(x))).toEqual(["input"])
  expect(lookedAt((x) => add(step(x), relu(x)))).toEqual(["input"])
  expect(lookedAt(gradientOf((x) => leakyRelu(x, 0.1)))).toEqual([])
})
