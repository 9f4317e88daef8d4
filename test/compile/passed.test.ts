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
import { passed } from "../../src/compile/passed.ts"
import { kernelsLeft } from "../support/compiled/kernelsLeft.ts"

beforeAll(async () => {
  await setBackend("cpu")
})

const kernelsOf = kernelsLeft(passed)
const gradientOf = (f: (x: Tensor) => Tensor) => grad((x: Tensor) => sum(mul(f(x), f(x))))

it("a ReLU's gradient looks at its result, also where it has several", async () => {
  const kernels = await kernelsOf(gradientOf((x) => add(relu(x), relu(neg(x)))))
  expect(kernels).not.toContain("Step")
  expect(kernels.filter((kernel) => kernel === "Sign").length).toBeGreaterThanOrEqual(2)
})

it("a step that is no ReLU's, or has a slope below, stays", async () => {
  expect(await kernelsOf((x) => step(x))).toEqual(["Step"])
  expect(await kernelsOf((x) => add(step(x), relu(x)))).toContain("Step")
  expect(await kernelsOf((x) => add(relu(x), step(x, 0.5)))).toContain("Step")
  expect(await kernelsOf(gradientOf((x) => leakyRelu(x, 0.1)) as (x: Tensor4D) => Tensor)).not.toContain("Sign")
})
