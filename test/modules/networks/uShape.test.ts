import "@tensorflow/tfjs-backend-cpu"
import { mul, type Tensor4D, tensor1d, tensor4d } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { inference } from "../../../src/modules/mode.ts"
import { nearestUpsample } from "../../../src/modules/nearestUpsample.ts"
import { uNetChannels, uShape, uShapeSpec } from "../../../src/modules/networks/uShape.ts"
import { declared, startingAt, weight } from "../../../src/modules/spec.ts"

it("doubles the channels from level to level", () => {
  expect(uNetChannels(3)).toEqual([3, 6, 12, 24, 48])
  const part = ({ in: from, out }: { readonly in: number; readonly out: number }) => weight([from, out], startingAt(0))
  const spec = uShapeSpec({ inChannels: 2, classes: 1, width: 1 }, { block: part, rise: part, gate: () => ({}) })
  const shapes = Object.fromEntries(declared(spec).map(([path, { shape }]) => [path, shape]))
  expect([shapes["encoder.0"], shapes["encoder.4"]]).toEqual([
    [2, 1],
    [8, 16]
  ])
  expect([shapes["decoder.0.rise"], shapes["decoder.0.block"]]).toEqual([
    [16, 8],
    [16, 8]
  ])
})

it("joins the gated skip with the risen map, and zeros stand in for what pooling dropped", () => {
  const p = {
    encoder: [null, null],
    decoder: [{ rise: null, gate: null, block: null }],
    // The first channel (the skip) counts once, the second (the risen map) a hundred times.
    head: { kernel: tensor4d([1, 100], [1, 1, 2, 1]), bias: tensor1d([0]) }
  }
  const layers = {
    block: (_: null, x: Tensor4D) => x,
    rise: (_: null, x: Tensor4D) => nearestUpsample(x),
    gate: (_: null, __: Tensor4D, skip: Tensor4D) => mul(skip, 10) as Tensor4D
  }
  const x = tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1])
  expect([...uShape(p, x, inference, layers).dataSync()]).toEqual([510, 520, 30, 540, 550, 60, 70, 80, 90])
})
