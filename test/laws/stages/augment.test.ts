import * as fc from "fast-check"
import { expect, it } from "vitest"
import { key } from "../../../src/random/index.ts"
import {
  compose,
  crop,
  elastic,
  flip,
  intensity,
  noise,
  rotate,
  rotate90,
  scale,
  sometimes,
  type Transform
} from "../../../src/stages/augment/index.ts"
import type { Sample } from "../../../src/volume/index.ts"
import { drawn } from "../../support/sample.ts"

const side = fc.integer({ min: 1, max: 24 })
const millimetres = fc.double({ min: 0.3, max: 5, noNaN: true })

const sample: fc.Arbitrary<Sample> = fc.tuple(side, side).chain(([height, width]) =>
  fc
    .record({
      pixels: fc.array(fc.float({ min: -1024, max: 3000, noNaN: true }), {
        minLength: height * width,
        maxLength: height * width
      }),
      mask: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: height * width, maxLength: height * width }),
      spacing: fc.tuple(millimetres, millimetres),
      index: fc.nat(500)
    })
    .map(({ pixels, mask, spacing, index }) => ({
      caseId: "volume-7",
      height,
      width,
      pixels: Float32Array.from(pixels),
      mask: Uint8Array.from(mask),
      spacing,
      target: "tumor",
      origin: {
        grid: {
          shape: [width, height, 501],
          spacing: [1, 1, 1],
          affine: [
            [1, 0, 0, 0],
            [0, 1, 0, 0],
            [0, 0, 1, 0],
            [0, 0, 0, 1]
          ]
        },
        plane: "axial",
        index,
        count: 501,
        spacingTrusted: true
      }
    }))
)

const spatial: fc.Arbitrary<Transform> = fc.constantFrom<Array<Transform>>(
  flip({ axis: "horizontal" }),
  flip({ axis: "vertical" }),
  rotate({ degrees: [-180, 180] }),
  rotate90(),
  scale({ factors: [0.4, 3] }),
  crop({ size: [1, 1] }),
  crop({ size: [1, 1], resize: true }),
  elastic({ cells: 3, strength: 0.9 }),
  sometimes(0.5, elastic())
)
const any = fc.oneof(
  spatial,
  fc.constantFrom<Array<Transform>>(
    intensity({ gain: [0.5, 2], offset: [-10, 10], gamma: [0.3, 3] }),
    noise({ sigma: [0, 20] }),
    sometimes(0.5, noise({ sigma: [0, 20] }))
  )
)
const several = fc.array(any, { maxLength: 5 }).map((transforms) => compose(transforms))
const seed = fc.integer()

it("a flip twice is the identity", () => {
  fc.assert(
    fc.property(sample, fc.constantFrom("horizontal" as const, "vertical" as const), (one, axis) => {
      const mirror = flip({ axis })
      expect(mirror.apply(mirror.apply(one, { flipped: true }), { flipped: true })).toEqual(one)
    })
  )
})

it("four quarter turns are the identity, and so are one and three", () => {
  fc.assert(
    fc.property(sample, (one) => {
      const turn = (from: Sample, turns: number) => rotate90().apply(from, { turns })
      expect([1, 1, 1, 1].reduce(turn, one)).toEqual(one)
      expect(turn(turn(one, 1), 3)).toEqual(one)
    })
  )
})

it("a rotation by 0 and a scaling by 1 are the identity", () => {
  fc.assert(
    fc.property(sample, (one) => {
      expect(rotate({ degrees: [0, 0] }).apply(one, { degrees: 0 })).toEqual(one)
      expect(scale({ factors: [1, 1] }).apply(one, { factor: 1 })).toEqual(one)
    })
  )
})

it("masks stay binary, buffers fill their shape and spacing stays positive", () => {
  fc.assert(
    fc.property(sample, several, seed, (one, transform, from) => {
      const { pixels, mask, height, width, spacing } = transform.apply(one, transform.params(key(from), one))
      expect([pixels.length, mask.length]).toEqual([height * width, height * width])
      expect(mask.every((marked) => marked === 0 || marked === 1)).toBe(true)
      expect(pixels.every(Number.isFinite)).toBe(true)
      expect(spacing.every((mm) => mm > 0)).toBe(true)
    })
  )
})

it("image and mask move together: where the moved picture of a mask is sure, the moved mask says the same", () => {
  fc.assert(
    fc.property(sample, fc.array(spatial, { maxLength: 4 }), seed, (one, transforms, from) => {
      // An unmarked corner makes the air around the slice 0, as the mask's is.
      one.mask[0] = 0
      const picture = drawn(one)
      const transform = compose(transforms)
      const { pixels, mask } = transform.apply(picture, transform.params(key(from), picture))
      pixels.forEach((value, i) => {
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThanOrEqual(1)
        expect(Math.abs(value - mask[i])).toBeLessThanOrEqual(0.75 + 1e-6)
      })
    })
  )
})

it("the record survives JSON and gives the same bits, and the original is left alone", () => {
  fc.assert(
    fc.property(sample, several, seed, (one, transform, from) => {
      const before = structuredClone(one)
      const params = transform.params(key(from), one)
      const again = JSON.parse(JSON.stringify(transform.params(key(from), one)))
      expect(transform.apply(one, again)).toEqual(transform.apply(one, params))
      expect(one).toEqual(before)
    })
  )
})
