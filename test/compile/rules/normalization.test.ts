import "@tensorflow/tfjs-backend-cpu"
import { batchNorm, ones, setBackend, type Tensor4D, zeros } from "@tensorflow/tfjs-core"
import { beforeAll, expect, it } from "vitest"
import { SHAPE, traced } from "../../support/compiled/kernelsLeft.ts"

beforeAll(async () => {
  await setBackend("cpu")
})

it("statistics of every position, which tfjs normalises by, are refused", () => {
  expect(() => traced((x) => batchNorm(x, zeros(SHAPE) as Tensor4D, ones(SHAPE) as Tensor4D))).toThrow(
    "compile: FusedBatchNorm: its mean is [2,5,6,3]; give a number for each channel, [3], or compose it of other ops"
  )
})
