import "@tensorflow/tfjs-backend-cpu"
import { expect, it } from "vitest"
import { ConfigError, InputShapeError } from "../../../src/modules/errors.ts"
import { denseUNet } from "../../../src/modules/networks/denseUNet.ts"
import { countParams, declared, type Spec } from "../../../src/modules/spec.ts"

/** Keras counts batch norm's moving statistics too. */
const countAll = (spec: Spec) =>
  declared(spec).reduce((total, [, leaf]) => total + leaf.shape.reduce((product, n) => product * n, 1), 0)

it("has the parameter counts of clguo/Dense_Unet_Keras, learned and in all", () => {
  const counts = [8, 16, 32, 64].map((width) => {
    const { spec } = denseUNet({ width })
    return [countParams(spec), countAll(spec)]
  })
  expect(counts).toEqual([
    [153_761, 155_649],
    [609_089, 612_865],
    [2_424_449, 2_432_001],
    [9_673_985, 9_689_089]
  ])
  const { spec } = denseUNet({ inChannels: 3 })
  expect([countParams(spec), countAll(spec)]).toEqual([609_377, 613_153])
})

it("refuses what it cannot take before it makes a tensor", () => {
  expect(() => denseUNet({ width: 4 }).check([1, 24, 20, 1])).toThrow(InputShapeError)
  expect(() => denseUNet({ width: 6 })).toThrow(ConfigError)
})
