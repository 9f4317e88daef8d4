import { expect, it } from "vitest"
import {
  asd,
  assd,
  hausdorff,
  meanOfMeans,
  mergeSurfaceDistances,
  rmsd,
  type SurfaceElements,
  surfaceArea,
  surfaceDistances
} from "../../src/metrics/index.ts"
import { boxMask, drawing } from "../support/masks.ts"

const EMPTY = Array.from({ length: 10 }, () => "..........")

/** The reference vectors: P rows and columns 2-4, R rows 2-6 and columns 3-7, checked by brute force. */
const P = EMPTY.map((row, y) => (y >= 2 && y <= 4 ? "..###....." : row))
const R = EMPTY.map((row, y) => (y >= 2 && y <= 6 ? "...#####.." : row))

const measured = (spacing: readonly [number, number], surface: SurfaceElements) =>
  surfaceDistances(drawing(R, spacing), drawing(P), { surface })

it.each([
  { spacing: [1, 1] as const, expected: [0.625, 1.86452, 1.451347, 1.24476, 3.605551, 1.859659] },
  { spacing: [0.8, 0.5] as const, expected: [0.3125, 1.122267, 0.852345, 0.717384, 2.193171, 1.105479] }
])("two boxes at a spacing of $spacing (row, column)", ({ spacing, expected }) => {
  for (const surface of [4, 8] as const) {
    const distances = measured(spacing, surface)
    expect(distances.fromPrediction.distances).toHaveLength(8)
    expect(distances.fromReference.distances).toHaveLength(16)
    expect([
      asd(distances.fromPrediction),
      asd(distances.fromReference),
      assd(distances),
      meanOfMeans(distances),
      hausdorff(distances),
      rmsd(distances)
    ]).toBeAllclose(expected, { relative: 5e-7 })
  }
})

it("two boxes, surfel-weighted", () => {
  const isotropic = measured([1, 1], "surfels")
  expect([asd(isotropic.fromReference), asd(isotropic.fromPrediction)]).toBeAllclose([1.76923, 0.815301], {
    relative: 5e-7
  })
  expect([surfaceArea(isotropic.fromReference), surfaceArea(isotropic.fromPrediction)]).toBeAllclose(
    [18.8284, 10.8284],
    {
      relative: 5e-6
    }
  )
  const anisotropic = measured([0.8, 0.5], "surfels")
  expect([asd(anisotropic.fromReference), asd(anisotropic.fromPrediction)]).toBeAllclose([1.060352, 0.484478], {
    relative: 1e-6
  })
})

it("a cross and a square, by 4 and by 8 neighbours", () => {
  const square = drawing([".....", ".###.", ".###.", ".###.", "....."])
  const cross = drawing([".....", "..#..", ".###.", "..#..", "....."])
  const byEdges = surfaceDistances(square, cross, { surface: 4 })
  expect(asd(byEdges.fromPrediction)).toBe(0)
  expect(assd(byEdges)).toBeCloseTo(1 / 3, 12)
  const byCorners = surfaceDistances(square, cross, { surface: 8 })
  expect(asd(byCorners.fromPrediction)).toBeCloseTo(0.2, 12)
  expect(assd(byCorners)).toBeCloseTo(5 / 13, 12)
})

it("two cubes shifted by one voxel", () => {
  const spacing = [1, 1, 3] as const
  const [a, b] = [boxMask([9, 9, 9], [2, 2, 2], [6, 6, 6], spacing), boxMask([9, 9, 9], [2, 2, 3], [6, 6, 7], spacing)]
  for (const surface of [6, 18, 26, "surfels"] as const) {
    const distances = surfaceDistances(a, b, { surface })
    expect(hausdorff(distances)).toBe(3)
    expect(asd(distances.fromReference)).toBeCloseTo(asd(distances.fromPrediction), 12)
  }
})

it("voxels that overlap are at distance 0 where every voxel is an element", () => {
  const distances = surfaceDistances(drawing(["####.."]), drawing(["..####"]), { surface: "voxels" })
  expect([...distances.fromReference.distances]).toEqual([0, 0, 1, 2])
})

it("distances ascend, and weights go with them", () => {
  const { fromReference } = surfaceDistances(drawing(R, [0.8, 0.5]), drawing(P), { surface: "surfels" })
  const { distances, weights } = fromReference
  expect([...distances]).toEqual([...distances].sort((a, b) => a - b))
  expect(weights).toHaveLength(distances.length)
  const far = distances.reduce((sum, d, i) => sum + d * weights![i], 0) / weights!.reduce((sum, w) => sum + w, 0)
  expect(far).toBeCloseTo(1.060352, 6)
})

it("an empty mask has no elements, and is infinitely far from those of the other", () => {
  const empty = drawing(["...", "..."])
  for (const surface of [4, 8, "surfels", "voxels"] as const) {
    const distances = surfaceDistances(drawing([".#.", "..."]), empty, { surface })
    expect(distances.fromPrediction.distances).toHaveLength(0)
    expect(distances.fromReference.distances.length).toBeGreaterThan(0)
    expect(distances.fromReference.distances.every((d) => d === Infinity)).toBe(true)
    expect(surfaceDistances(empty, empty, { surface }).fromReference.distances).toHaveLength(0)
  }
})

it("merged, the distances of a pair with an empty mask stay out of the mean", () => {
  const whole = surfaceDistances(drawing(["#...."]), drawing(["..#.."]), { surface: 4 })
  const half = surfaceDistances(drawing(["###.."]), drawing(["....."]), { surface: 4 })
  expect(assd(mergeSurfaceDistances([half, whole]))).toBe(2)
  expect(assd(half)).toBeNaN()
})

it("borders and surfels do not merge", () => {
  const mask = drawing(["##"])
  expect(() =>
    mergeSurfaceDistances([
      surfaceDistances(mask, mask, { surface: 4 }),
      surfaceDistances(mask, mask, { surface: "surfels" })
    ])
  ).toThrow("some have weights and some do not")
})

it("where edges continue, a mask cut by the image has no border there", () => {
  const cut = drawing(["##..", "##.."])
  const background = surfaceDistances(cut, cut, { surface: 4 })
  const continued = surfaceDistances(cut, cut, { surface: 4, edges: "continued" })
  expect([background.fromReference.distances.length, continued.fromReference.distances.length]).toEqual([4, 2])
})
