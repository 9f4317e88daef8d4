import "@tensorflow/tfjs-backend-cpu"
import { expect, it } from "vitest"
import { inference } from "../../src/modules/mode.ts"
import { initialize } from "../../src/modules/spec.ts"
import { upConv, upConvSpec } from "../../src/modules/upConv.ts"
import { key } from "../../src/random/index.ts"
import { noise } from "../support/linearMap.ts"

it("doubles the resolution and changes the channels", () => {
  const p = initialize(key(1), upConvSpec({ in: 4, out: 2 }))
  expect(upConv(p, noise([2, 3, 5, 4], 1), inference).shape).toEqual([2, 6, 10, 2])
})
