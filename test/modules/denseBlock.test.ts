import "@tensorflow/tfjs-backend-cpu"
import { slice } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { denseBlock, denseBlockSpec } from "../../src/modules/denseBlock.ts"
import { inference } from "../../src/modules/mode.ts"
import { initialize } from "../../src/modules/spec.ts"
import { key } from "../../src/random/index.ts"
import { noise } from "../support/linearMap.ts"

it("keeps its input as the first channels and appends four growths, each of all before it", () => {
  const spec = denseBlockSpec({ in: 3, growth: 8 })
  expect(spec.map(({ squeeze }) => squeeze.conv.kernel.shape)).toEqual([
    [1, 1, 3, 8],
    [1, 1, 5, 8],
    [1, 1, 7, 8],
    [1, 1, 9, 8]
  ])
  const x = noise([2, 4, 5, 3], 1)
  const y = denseBlock(initialize(key(1), spec), x, inference)
  expect(y.shape).toEqual([2, 4, 5, 11])
  expect(slice(y, [0, 0, 0, 0], [2, 4, 5, 3]).dataSync()).toEqual(x.dataSync())
})
