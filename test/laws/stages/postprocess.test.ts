import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { components } from "../../../src/metrics/index.ts"
import { keepInsideVolume, keepLargestVolume, removeSmallVolume } from "../../../src/stages/index.ts"
import { type LabelVolume, makeGrid, makeLabels, scaling } from "../../../src/volume/index.ts"

const SHAPE = [5, 4, 3] as const
const volume = fc
  .array(fc.constantFrom(0, 0, 0, 1, 2), { minLength: 60, maxLength: 60 })
  .map((voxels): LabelVolume => makeLabels(makeGrid(SHAPE, scaling([0.7, 0.7, 2.5])), Uint8Array.from(voxels)))
const neighbourhood = fc.constantFrom<6 | 18 | 26>(6, 18, 26)

const filters = fc.oneof(
  fc.tuple(fc.double({ min: 0, max: 20, noNaN: true }), neighbourhood).map(
    ([mm3, touch]) =>
      (labels: LabelVolume) =>
        removeSmallVolume(labels, { mm3, neighbourhood: touch })
  ),
  neighbourhood.map((touch) => (labels: LabelVolume) => keepLargestVolume(labels, { neighbourhood: touch })),
  volume.map((outer) => (labels: LabelVolume) => keepInsideVolume(labels, outer))
)

describe("every filter of masks", () => {
  it("only takes away, never changes what it is given, and twice is once", () => {
    fc.assert(
      fc.property(volume, filters, (labels, filter) => {
        const before = labels.voxels.slice()
        const once = filter(labels)
        expect(labels.voxels).toEqual(before)
        for (const [i, label] of once.voxels.entries()) expect(label === 0 || label === before[i]).toBe(true)
        expect(filter(once)).toEqual(once)
      })
    )
  })

  it("keeps components whole: what stays is just those of at least the size", () => {
    fc.assert(
      fc.property(volume, fc.integer({ min: 0, max: 9 }), neighbourhood, (labels, least, touch) => {
        const kept = components(removeSmallVolume(labels, { voxels: least, neighbourhood: touch }), touch)
        const wanted = [...components(labels, touch).sizes].filter((size) => size >= least)
        expect([...kept.sizes]).toEqual(wanted)
      })
    )
  })

  it("the largest is what no other exceeds, and there is one wherever anything is marked", () => {
    fc.assert(
      fc.property(volume, neighbourhood, (labels, touch) => {
        const all = components(labels, touch)
        const kept = components(keepLargestVolume(labels, { neighbourhood: touch }), touch)
        expect([...kept.sizes]).toEqual(all.count === 0 ? [] : [Math.max(...all.sizes)])
      })
    )
  })
})
