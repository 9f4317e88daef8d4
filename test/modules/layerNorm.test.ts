import "@tensorflow/tfjs-backend-cpu"
import { tensor1d, tensor3d } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { layerNorm, layerNormSpec } from "../../src/modules/layerNorm.ts"
import { initialize } from "../../src/modules/spec.ts"
import { key } from "../../src/random/index.ts"

it("normalises every token by itself", () => {
  const x = tensor3d([1, 3, 5, 7, 11, 13, 15, 17], [1, 2, 4])
  const d = Math.sqrt(5 + 1e-5)
  const token = [-3 / d, -1 / d, 1 / d, 3 / d]
  const p = initialize(key(1), layerNormSpec(4))
  expect(layerNorm(p, x).dataSync()).toBeAllclose([...token, ...token], { relative: 1e-5 })
})

it("scales and shifts, and takes epsilon as an option", () => {
  const p = { scale: tensor1d([2, 4]), offset: tensor1d([10, 20]) }
  const y = layerNorm(p, tensor3d([-1, 1], [1, 1, 2]), { epsilon: 3 })
  expect(y.dataSync()).toBeAllclose([9, 22])
})
