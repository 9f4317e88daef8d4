import "@tensorflow/tfjs-backend-cpu"
import { tensor1d, tensor4d } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { convNorm, convNormNoBiasSpec, convNormRelu, convNormSpec } from "../../src/modules/convNorm.ts"
import { inference } from "../../src/modules/mode.ts"
import { declared } from "../../src/modules/spec.ts"

const params = {
  conv: { kernel: tensor4d([2], [1, 1, 1, 1]), bias: tensor1d([1]) },
  norm: { scale: tensor1d([3]), offset: tensor1d([-1]), mean: tensor1d([5]), variance: tensor1d([4 - 1e-5]) }
}

it("convolves, then normalises by the statistics of what it convolved, then cuts at zero", () => {
  const x = tensor4d([1, 4], [1, 1, 2, 1])
  expect(convNorm(params, x, inference).dataSync()).toBeAllclose([-4, 5])
  expect(convNormRelu(params, x, inference).dataSync()).toBeAllclose([0, 5])
})

it("differs without a bias by the bias alone", () => {
  const paths = (spec: Parameters<typeof declared>[0]) => declared(spec).map(([path]) => path)
  const config = { in: 2, out: 3, kernel: 3 }
  expect(paths(convNormNoBiasSpec(config))).toEqual(paths(convNormSpec(config)).filter((path) => path !== "conv.bias"))
})
