import fc from "fast-check"
import { expect, it } from "vitest"
import {
  asd,
  assd,
  hausdorff,
  hd95AreaWeighted,
  hd95MaxOfDirected,
  hd95MeanOfDirected,
  hd95Pooled,
  type Mask,
  maxOfMeans,
  meanOfMeans,
  mergeSurfaceDistances,
  rmsd,
  type SurfaceDistances,
  type SurfaceElements,
  surfaceArea,
  surfaceDice,
  surfaceDistances
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

const CONNECTIVITY = { 1: { 2: 4, 3: 6 }, 2: { 2: 8, 3: 18 }, 3: { 2: 8, 3: 26 } } as const

const elements = fc.constantFrom<"surfels" | "voxels" | 1 | 2 | 3>("surfels", "voxels", 1, 2, 3)

const surfaceOf = (choice: "surfels" | "voxels" | 1 | 2 | 3, mask: Mask): SurfaceElements =>
  typeof choice === "string" ? choice : CONNECTIVITY[choice][mask.shape.length as 2 | 3]

const measured = fc
  .tuple(maskPairs, elements)
  .map(([pair, choice]) => ({ ...pair, surface: surfaceOf(choice, pair.reference) }))

const between = ({ reference, prediction, surface }: MaskPair & { readonly surface: SurfaceElements }) =>
  surfaceDistances(reference, prediction, { surface })

/** Points of a surface and their distances, found by looking at everything. */
const brute = (from: ReadonlyArray<ReadonlyArray<number>>, to: ReadonlyArray<ReadonlyArray<number>>, mask: Mask) =>
  from
    .map((a) =>
      Math.min(Infinity, ...to.map((b) => Math.hypot(...a.map((p, axis) => (p - b[axis]) * mask.spacing[axis]))))
    )
    .sort((a, b) => a - b)

const closeTo = (found: ArrayLike<number>, expected: ReadonlyArray<number>) => {
  expect(found).toHaveLength(expected.length)
  expected.forEach((value, i) => {
    if (value === Infinity) expect(found[i]).toBe(Infinity)
    else expect(Math.abs(found[i] - value)).toBeLessThanOrEqual(1e-12 * value)
  })
}

it("borders and their distances are those of a search through all voxels", () => {
  fc.assert(
    fc.property(maskPairs, fc.constantFrom<1 | 2 | 3>(1, 2, 3), ({ reference, prediction }, connectivity) => {
      const { shape } = reference
      const offsets = neighboursOf(shape.length, connectivity)
      const border = (mask: Mask) =>
        insideOf(mask)
          .map((i) => placeOf(i, shape))
          .filter((place) =>
            offsets.some((offset) => {
              const i = indexOf(
                place.map((p, axis) => p + offset[axis]),
                shape
              )
              return i < 0 || mask.voxels[i] === 0
            })
          )
      const found = surfaceDistances(reference, prediction, { surface: surfaceOf(connectivity, reference) })
      closeTo(found.fromReference.distances, brute(border(reference), border(prediction), reference))
      closeTo(found.fromPrediction.distances, brute(border(prediction), border(reference), reference))
    }),
    { numRuns: 150 }
  )
})

it("surfels lie at the corners where voxels of both kinds meet", () => {
  fc.assert(
    fc.property(maskPairs, ({ reference, prediction }) => {
      const { shape } = reference
      const corners = (mask: Mask) => {
        const cornerShape = shape.map((n) => n + 1)
        const count = cornerShape.reduce((product, n) => product * n, 1)
        return Array.from({ length: count }, (_, i) => placeOf(i, cornerShape)).filter((corner) => {
          const around = Array.from({ length: 2 ** shape.length }, (_, bits) => {
            const i = indexOf(
              corner.map((p, axis) => p - ((bits >> axis) & 1)),
              shape
            )
            return i >= 0 && mask.voxels[i] !== 0
          })
          return around.includes(true) && around.includes(false)
        })
      }
      const found = surfaceDistances(reference, prediction, { surface: "surfels" })
      closeTo(found.fromReference.distances, brute(corners(reference), corners(prediction), reference))
      closeTo(found.fromPrediction.distances, brute(corners(prediction), corners(reference), reference))
    }),
    { numRuns: 100 }
  )
})

const symmetric = [
  assd,
  meanOfMeans,
  maxOfMeans,
  rmsd,
  hausdorff,
  hd95Pooled,
  hd95MaxOfDirected,
  hd95MeanOfDirected,
  hd95AreaWeighted
]

const summary = (distances: SurfaceDistances): ReadonlyArray<number> => [
  ...symmetric.map((metric) => metric(distances)),
  surfaceDice(distances, 1),
  asd(distances.fromReference),
  surfaceArea(distances.fromReference)
]

/** Equal but for rounding; what is undefined here is undefined there. */
const expectSame = (found: ReadonlyArray<number>, expected: ReadonlyArray<number>) => {
  expect(found.map(Number.isNaN)).toEqual(expected.map(Number.isNaN))
  expected.forEach((value, i) => {
    if (!Number.isNaN(value)) expect(Math.abs(found[i] - value)).toBeLessThanOrEqual(1e-9 * Math.abs(value))
  })
}

it("exchanging the masks exchanges the directions and no more", () => {
  fc.assert(
    fc.property(measured, ({ reference, prediction, surface }) => {
      const there = between({ reference, prediction, surface })
      const back = between({ reference: prediction, prediction: reference, surface })
      expect(back).toEqual({ fromReference: there.fromPrediction, fromPrediction: there.fromReference })
      for (const metric of symmetric) expectSame([metric(back)], [metric(there)])
    })
  )
})

it("a mask is no distance from itself", () => {
  fc.assert(
    fc.property(measured, ({ reference, surface }) => {
      const own = between({ reference, prediction: reference, surface })
      fc.pre(own.fromReference.distances.length > 0)
      for (const metric of symmetric) expect(metric(own)).toBe(0)
      expect(surfaceDice(own, 0)).toBe(1)
    })
  )
})

it("distances are bounded: 0 <= ASSD <= RMSD <= Hausdorff, percentiles <= Hausdorff <= the image's diagonal", () => {
  fc.assert(
    fc.property(measured, (pair) => {
      const distances = between(pair)
      fc.pre(!Number.isNaN(hausdorff(distances)))
      const { shape, spacing } = pair.reference
      const farthest = hausdorff(distances)
      const most = (1 + 1e-12) * farthest
      expect(assd(distances)).toBeGreaterThanOrEqual(0)
      expect(assd(distances)).toBeLessThanOrEqual(rmsd(distances) * (1 + 1e-12))
      for (const metric of symmetric) expect(metric(distances)).toBeLessThanOrEqual(most)
      expect(farthest).toBeLessThanOrEqual(Math.hypot(...shape.map((n, axis) => n * spacing[axis])))
      expect(surfaceDice(distances, farthest)).toBe(1)
    })
  )
})

it("surface Dice grows with the tolerance, from 0 to 1", () => {
  fc.assert(
    fc.property(
      measured,
      fc.double({ min: 0, max: 9, noNaN: true }),
      fc.double({ min: 0, max: 9, noNaN: true }),
      (pair, a, b) => {
        const distances = between(pair)
        fc.pre(distances.fromReference.distances.length + distances.fromPrediction.distances.length > 0)
        const [less, more] = [Math.min(a, b), Math.max(a, b)].map((tolerance) => surfaceDice(distances, tolerance))
        expect(less).toBeGreaterThanOrEqual(0)
        expect(more).toBeGreaterThanOrEqual(less)
        expect(more).toBeLessThanOrEqual(1)
      }
    )
  )
})

it("everything scales with the spacing, areas with its square", () => {
  fc.assert(
    fc.property(volumePairs, elements, fc.constantFrom(0.5, 2, 4), (pair, choice, factor) => {
      const surface = surfaceOf(choice, pair.reference)
      const spacing = pair.reference.spacing.map((step) => step * factor) as never
      const [before, after] = [
        between({ ...pair, surface }),
        between({ reference: { ...pair.reference, spacing }, prediction: pair.prediction, surface })
      ]
      expectSame(
        symmetric.map((metric) => metric(after)),
        symmetric.map((metric) => metric(before) * factor)
      )
      expectSame([surfaceDice(after, factor)], [surfaceDice(before, 1)])
      if (surface === "surfels") {
        expectSame([surfaceArea(after.fromReference)], [surfaceArea(before.fromReference) * factor ** 2])
      }
    })
  )
})

it("turning and mirroring both masks changes nothing", () => {
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0]
  ]
  const mirrors = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean())
  fc.assert(
    fc.property(measured, fc.constantFrom(...orders), mirrors, (pair, order, mirrored) => {
      const dimensions = pair.reference.shape.length
      const axes = order.filter((axis) => axis < dimensions)
      const turn = (mask: Mask) => turned(mask, axes, mirrored)
      const after = between({ ...pair, reference: turn(pair.reference), prediction: turn(pair.prediction) })
      expectSame(summary(after), summary(between(pair)))
    }),
    { numRuns: 200 }
  )
})

it("a plane in a volume one voxel deep, with edges that continue, has the border that it has as a plane", () => {
  const flat = maskPairs.filter(({ reference }) => reference.shape.length === 2)
  fc.assert(
    fc.property(flat, ({ reference, prediction }) => {
      const deep = ({ voxels, shape, spacing }: Mask): Mask => ({
        voxels,
        shape: [shape[0], shape[1], 1],
        spacing: [spacing[0], spacing[1], 1]
      })
      const options = { edges: "continued" } as const
      expect(surfaceDistances(deep(reference), deep(prediction), { ...options, surface: 6 })).toEqual(
        surfaceDistances(reference, prediction, { ...options, surface: 4 })
      )
    })
  )
})

it("distances merge in any order and in parts, to the last bit", () => {
  const triples = fc.tuple(elements, volumePairs, volumePairs, volumePairs)
  fc.assert(
    fc.property(triples, ([choice, ...pairs]) => {
      const [a, b, c] = pairs.map((pair) => between({ ...pair, surface: surfaceOf(choice, pair.reference) }))
      const all = mergeSurfaceDistances([a, b, c])
      expect(mergeSurfaceDistances([mergeSurfaceDistances([c, a]), b])).toEqual(all)
      expect(mergeSurfaceDistances([b, mergeSurfaceDistances([a, c])])).toEqual(all)
    })
  )
})
