import fc from "fast-check"
import { expect, it } from "vitest"
import {
  components,
  confusion,
  detection,
  fMeasure,
  labelImage,
  lesionF1,
  lesionPrecision,
  lesionRecall,
  type Mask,
  matchLesions,
  mergeConfusion,
  mergeDetection,
  type Neighbourhood,
  noCounts,
  pairCounts
} from "../../../src/metrics/index.ts"
import {
  indexOf,
  insideOf,
  type MaskPair,
  maskPairs,
  neighboursOf,
  placeOf,
  turned,
  volumePairs
} from "../../support/randomMasks.ts"

const neighbourhoodOf = (mask: Mask, connectivity: 1 | 2 | 3): Neighbourhood =>
  mask.shape.length === 2 ? ([4, 8, 8] as const)[connectivity - 1] : ([6, 18, 26] as const)[connectivity - 1]

const connectivities = fc.constantFrom<1 | 2 | 3>(1, 2, 3)

/** Labels from 1 in the order of their first voxels, by flooding. */
const flooded = (mask: Mask, connectivity: number): ReadonlyArray<number> => {
  const labels = Array.from(mask.voxels, () => 0)
  const offsets = neighboursOf(mask.shape.length, connectivity)
  let label = 0
  for (const seed of insideOf(mask)) {
    if (labels[seed] !== 0) continue
    labels[seed] = ++label
    const front = [seed]
    while (front.length > 0) {
      const place = placeOf(front.pop()!, mask.shape)
      for (const offset of offsets) {
        const i = indexOf(
          place.map((p, axis) => p + offset[axis]),
          mask.shape
        )
        if (i < 0 || mask.voxels[i] === 0 || labels[i] !== 0) continue
        labels[i] = label
        front.push(i)
      }
    }
  }
  return labels
}

it("components are those of a flood fill, numbered alike", () => {
  fc.assert(
    fc.property(maskPairs, connectivities, ({ reference }, connectivity) => {
      const found = components(reference, neighbourhoodOf(reference, connectivity))
      const expected = flooded(reference, connectivity)
      expect([...labelImage(found)]).toEqual(expected)
      expect([...found.sizes]).toEqual(
        Array.from({ length: found.count }, (_, id) => expected.filter((label) => label === id + 1).length)
      )
    }),
    { numRuns: 300 }
  )
})

it("the box of a component is as small as can be", () => {
  fc.assert(
    fc.property(volumePairs, ({ reference }) => {
      const found = components(reference, 6)
      const image = labelImage(found)
      found.boxes.forEach((box, id) => {
        const places = [...image.keys()].filter((i) => image[i] === id + 1).map((i) => placeOf(i, reference.shape))
        const lower = [0, 1, 2].map((axis) => Math.min(...places.map((place) => place[axis])))
        const upper = [0, 1, 2].map((axis) => Math.max(...places.map((place) => place[axis])))
        expect(box).toEqual({ lower, shape: upper.map((p, axis) => p - lower[axis] + 1) })
      })
    })
  )
})

it("turning and mirroring keeps the sizes of components", () => {
  fc.assert(
    fc.property(
      volumePairs,
      connectivities,
      fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
      (pair, connectivity, mirrored) => {
        const sizes = (mask: Mask) =>
          [...components(mask, neighbourhoodOf(mask, connectivity)).sizes].sort((a, b) => a - b)
        expect(sizes(turned(pair.reference, [2, 0, 1], mirrored))).toEqual(sizes(pair.reference))
      }
    )
  )
})

const matched = ({ reference, prediction }: MaskPair) =>
  matchLesions(
    components(reference, neighbourhoodOf(reference, 1)),
    components(prediction, neighbourhoodOf(prediction, 1))
  )

it("a lesion is in one match at most, and its match counts its voxels", () => {
  fc.assert(
    fc.property(maskPairs, (pair) => {
      const { matches } = matched(pair)
      for (const side of ["references", "predictions"] as const) {
        const all = matches.flatMap((match) => match[side])
        expect(new Set(all).size).toBe(all.length)
      }
      const [reference, prediction] = [pair.reference, pair.prediction].map((mask) =>
        labelImage(components(mask, neighbourhoodOf(mask, 1)))
      )
      for (const { references, predictions, confusion: counts } of matches) {
        const only = (image: Int32Array, ids: ReadonlyArray<number>) => ({
          voxels: Uint8Array.from(image, (label) => (ids.includes(label - 1) ? 1 : 0)),
          shape: pair.reference.shape
        })
        expect(confusion(only(reference, references), only(prediction, predictions))).toEqual(counts)
        expect(counts.tp).toBeGreaterThan(0)
      }
    })
  )
})

it("a prediction that is the reference finds every lesion at any overlap", () => {
  fc.assert(
    fc.property(maskPairs, ({ reference }) => {
      const matching = matched({ reference, prediction: reference })
      const all = detection(matching, { overlap: 0.999 })
      expect(all).toEqual({
        ...all,
        referencesFound: all.references,
        predictionsRight: all.predictions,
        pairs: all.references
      })
    })
  )
})

it("more overlap asked for finds no more lesions, and all counts are bounded", () => {
  const overlap = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(maskPairs, overlap, overlap, (pair, a, b) => {
      const matching = matched(pair)
      const lax = detection(matching, { overlap: Math.min(a, b) })
      const strict = detection(matching, { overlap: Math.max(a, b) })
      expect(strict.pairs).toBeLessThanOrEqual(lax.pairs)
      for (const found of [lax, strict]) {
        expect(found.pairs).toBeLessThanOrEqual(Math.min(found.referencesFound, found.predictionsRight))
        for (const value of [lesionPrecision(found), lesionRecall(found), lesionF1(found)]) {
          expect(Number.isNaN(value) || (value >= 0 && value <= 1)).toBe(true)
        }
        for (const count of Object.values(pairCounts(found))) expect(count).toBeGreaterThanOrEqual(0)
        const counted = fMeasure(pairCounts(found))
        expect(Number.isNaN(counted) || counted <= lesionF1(found) + 1e-12).toBe(true)
      }
    })
  )
})

it("detections merge in any order and in parts", () => {
  fc.assert(
    fc.property(maskPairs, maskPairs, maskPairs, (...pairs) => {
      const [a, b, c] = pairs.map((pair) => detection(matched(pair), { overlap: 0.2 }))
      expect(mergeDetection([c, mergeDetection([a, b])])).toEqual(mergeDetection([a, b, c]))
    })
  )
})

it("two images side by side have the matches of both", () => {
  fc.assert(
    fc.property(volumePairs, ({ reference, prediction }) => {
      // Twice the image along z with an empty plane between.
      const twice = ({ voxels, shape, spacing }: Mask): Mask => {
        const plane = shape[0] * shape[1]
        const all = new Uint8Array(voxels.length * 2 + plane)
        all.set(voxels)
        all.set(voxels, voxels.length + plane)
        return { voxels: all, shape: [shape[0], shape[1], shape[2]! * 2 + 1], spacing }
      }
      const once = detection(matched({ reference, prediction }), { overlap: 0.3 })
      const both = detection(matched({ reference: twice(reference), prediction: twice(prediction) }), { overlap: 0.3 })
      expect(both).toEqual(mergeDetection([once, once]))
      const voxels = confusion(twice(reference), twice(prediction))
      const half = confusion(reference, prediction)
      const between = { ...noCounts, tn: reference.shape[0] * reference.shape[1] }
      expect(voxels).toEqual(mergeConfusion([half, half, between]))
    })
  )
})
