import "@tensorflow/tfjs-backend-cpu"
import { add, concat, mul, relu, reshape, slice, sum, type Tensor3D, type Tensor4D, tidy } from "@tensorflow/tfjs-core"
import fc from "fast-check"
import { expect, it } from "vitest"
import { type AgcbParams, agcb, agcbSpec } from "../../../src/modules/agcb.ts"
import { convNorm, convNormRelu } from "../../../src/modules/convNorm.ts"
import { cpm, cpmSpec } from "../../../src/modules/cpm.ts"
import { gnfm } from "../../../src/modules/gnfm.ts"
import { inference } from "../../../src/modules/mode.ts"
import { attentionWeights, nonLocal } from "../../../src/modules/nonLocal.ts"
import { type PartitionRule, runs } from "../../../src/modules/partition.ts"
import { initialize } from "../../../src/modules/spec.ts"
import { key } from "../../../src/random/index.ts"
import { noise } from "../../support/linearMap.ts"
import { randomParams } from "../../support/randomParams.ts"

const side = fc.integer({ min: 1, max: 12 })
const scale = fc.integer({ min: 1, max: 14 })
const partition = fc.constantFrom<PartitionRule>("floor", "ceil")
const fusion = fc.constantFrom("patch", "element")

const holds = <T>(arbitrary: fc.Arbitrary<T>, law: (value: T) => void) =>
  fc.assert(
    fc.property(arbitrary, (value) => {
      tidy(() => law(value))
    }),
    { numRuns: 30, seed: 1 }
  )

it("patches cover a length once, in order, in at most two sizes", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 40 }), partition, (length, count, rule) => {
      const found = runs(length, count, rule)
      expect(found.length).toBeLessThanOrEqual(2)
      let end = 0
      for (const { start, patches, size } of found) {
        expect(start).toBe(end)
        expect(patches).toBeGreaterThan(0)
        expect(size).toBeGreaterThan(0)
        end += patches * size
      }
      expect(end).toBe(length)
      const total = found.reduce((sum, { patches }) => sum + patches, 0)
      if (rule === "floor") expect(total).toBe(Math.min(count, length))
      else expect(total).toBeLessThanOrEqual(count)
    })
  )
})

it("a context block whose gate is zero is the identity on a map without negative values", () => {
  holds(fc.record({ height: side, width: side, scale, partition, fusion }), ({ height, width, ...options }) => {
    const x = relu(noise([2, height, width, 4], 1))
    const params = initialize(key(1), agcbSpec({ channels: 4, reduceRatio: 2, guide: "post" }))
    expect(agcb(params, x, inference, options).dataSync()).toEqual(x.dataSync())
  })
})

it("a pyramid whose gates are zero sees the reduced map in every branch", () => {
  holds(fc.record({ height: side, width: side, scale, partition, fusion }), ({ height, width, scale, ...options }) => {
    const scales = [scale, 2]
    const params = initialize(key(1), cpmSpec({ channels: 8, scales, reduceRatios: [2, 2], guide: "post" }))
    const x = noise([1, height, width, 8], 1)
    const reduced = convNormRelu(params.reduce, x, inference)
    const expected = convNormRelu(params.expand, concat([reduced, reduced, reduced], 3), inference)
    expect(cpm(params, x, inference, { scales, ...options }).dataSync()).toEqual(expected.dataSync())
  })
})

/** The block by its definition: patch after patch, each with its own pixel of the guide map. */
const patchByPatch = (p: AgcbParams, x: Tensor4D, scale: number, rule: PartitionRule): Tensor4D => {
  const [batch, height, width, channels] = x.shape
  const guide = p.guide === undefined ? undefined : gnfm(p.guide, x, inference, { scale, fusion: "patch" })
  const patches = (length: number) =>
    runs(length, scale, rule).flatMap(({ start, patches, size }) =>
      Array.from({ length: patches }, (_, i) => ({ start: start + i * size, size }))
    )
  const rows = patches(height).map((row, i) => {
    const cells = patches(width).map((column, j) => {
      const patch = slice(x, [0, row.start, column.start, 0], [batch, row.size, column.size, channels])
      const attended = nonLocal(p.local, patch)
      return guide === undefined
        ? attended
        : mul<Tensor4D>(attended, slice(guide, [0, i, j, 0], [batch, 1, 1, channels]))
    })
    return concat(cells, 2)
  })
  return relu(add(mul(convNorm(p.smooth, concat(rows, 1), inference), p.gamma), x))
}

it("a context block is what its definition says, patch by patch, under both rules of partition", () => {
  holds(fc.record({ height: side, width: side, scale, partition }), ({ height, width, scale, partition }) => {
    const params = randomParams(agcbSpec({ channels: 4, reduceRatio: 2, guide: "post" }), 5)
    const x = noise([2, height, width, 4], 1)
    const expected = patchByPatch(params, x, scale, partition)
    const found = agcb(params, x, inference, { scale, fusion: "patch", partition })
    expect(found.dataSync()).toBeAllclose(expected.dataSync(), { relative: 1e-5 })
  })
})

it("attention rows sum to one, however large the products", () => {
  const size = fc.integer({ min: 1, max: 20 })
  holds(fc.record({ size, spread: fc.constantFrom(0, 1, 100) }), ({ size, spread }) => {
    const [query, key] = [1, 2].map(
      (seed) => reshape(mul(noise([1, 2, size, 3], seed), spread), [2, size, 3]) as Tensor3D
    )
    const rows = sum(attentionWeights(query, key), 2).dataSync()
    expect(rows).toBeAllclose(new Float32Array(2 * size).fill(1), { relative: 1e-5 })
  })
})
