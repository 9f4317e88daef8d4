import fc from "fast-check"
import { expect, it } from "vitest"
import { phantomCase } from "../../src/phantom/phantom.ts"
import { attenuationPeak } from "../../src/stages/attenuationPeak.ts"
import { LABEL } from "../../src/volume/volume.ts"

const patients = Array.from({ length: 12 }, (_, index) => phantomCase(5, index, { shape: [96, 96, 24] }))

it("is the attenuation of the liver, in all phases", () => {
  for (const { image, labels } of patients) {
    const liver = [...image.voxels].filter((_, i) => labels.voxels[i] === LABEL.liver).sort((a, b) => a - b)
    expect(Math.abs((attenuationPeak(image) as number) - liver[liver.length >> 1])).toBeLessThanOrEqual(5)
  }
})

it("moves along with all that is not bone, fat or air", () => {
  fc.assert(
    fc.property(fc.constantFrom(...patients), fc.integer({ min: -10, max: 10 }), ({ image }, shift) => {
      const before = attenuationPeak(image) as number
      fc.pre(before + shift > 70)
      const moved = { ...image, voxels: Int16Array.from(image.voxels, (hu) => hu + shift) }
      expect(attenuationPeak(moved)).toBe(before + shift)
    }),
    { numRuns: 20 }
  )
})

it("is nothing where there is no such tissue, or no place to look at", () => {
  const of = (hu: number, shape: readonly [number, number, number]) =>
    attenuationPeak({ voxels: new Float32Array(shape[0] * shape[1] * shape[2]).fill(hu), shape })
  expect(of(40, [9, 9, 2])).toBeUndefined()
  expect(of(Number.NaN, [9, 9, 2])).toBeUndefined()
  expect(of(100, [4, 9, 2])).toBeUndefined()
  expect(of(100, [9, 9, 2])).toBe(100)
})
