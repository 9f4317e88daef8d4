import fc from "fast-check"
import { expect, it } from "vitest"
import { checkLabels } from "../../src/stages/checkLabels.ts"
import type { ImageVolume, LabelVolume } from "../../src/volume/index.ts"

const grid = (shape: readonly [number, number, number]) => ({
  shape,
  spacing: [1, 1, 1] as const,
  affine: [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 1]
  ] as const
})
const labels = (voxels: Uint8Array): LabelVolume => ({ ...grid([voxels.length, 1, 1]), kind: "labels", voxels })
const image = (length: number): ImageVolume => ({
  ...grid([length, 1, 1]),
  kind: "image",
  voxels: new Int16Array(length)
})

it("refuses exactly the label maps that hold a larger label, wherever their bytes lie", () => {
  const voxels = fc.uint8Array({ maxLength: 40, max: 5 })
  fc.assert(
    fc.property(voxels, fc.nat(3), fc.integer({ min: 0, max: 260 }), (values, offset, most) => {
      const shifted = new Uint8Array(values.length + offset).subarray(offset)
      shifted.set(values)
      const check = () => checkLabels(image(values.length), labels(shifted), most)
      if (values.some((label) => label > most)) expect(check).toThrow(/is not in 0\.\./)
      else expect(check).not.toThrow()
    })
  )
})

it("names the label and the voxel", () => {
  expect(() => checkLabels(image(6), labels(Uint8Array.of(0, 1, 2, 1, 200, 0)), 2)).toThrow(
    /label 200 at voxel \[4, 0, 0\] is not in 0\.\.2/
  )
})

it("refuses another shape before it looks at a label", () => {
  expect(() => checkLabels(image(3), labels(Uint8Array.of(9)), 2)).toThrow(
    /expected shape \[3, 1, 1\], found \[1, 1, 1\]/
  )
})
