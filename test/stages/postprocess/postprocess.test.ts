import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"
import {
  keepInside,
  keepInsideVolume,
  keepLargest,
  keepLargestVolume,
  postprocess,
  removeSmall,
  removeSmallVolume,
  threshold,
  thresholdVolume
} from "../../../src/stages/index.ts"
import {
  type LabelVolume,
  makeGrid,
  makeImage,
  makeLabels,
  reorient,
  scaling,
  type Vec3
} from "../../../src/volume/index.ts"

const labels = (voxels: ReadonlyArray<number>, spacing: Vec3 = [1, 1, 1]): LabelVolume =>
  makeLabels(makeGrid([voxels.length, 1, 1], scaling(spacing)), Uint8Array.from(voxels))
const run = <A, E>(stream: Stream.Stream<A, E>) => Effect.runPromise(Stream.runCollect(stream))

it("threshold marks what is above the level, not what equals it", () => {
  const image = makeImage(makeGrid([3, 1, 1], scaling([1, 2, 3])), Float32Array.of(0.25, 0.5, 0.75))
  const mask = thresholdVolume(image, 0.5)
  expect([...mask.voxels]).toEqual([0, 0, 1])
  expect(mask.affine).toEqual(image.affine)
})

it.each([Number.NaN, -1, 2])("threshold refuses %s, which is no probability", (level) => {
  expect(() => threshold(level)).toThrow(`threshold: level is ${level}; expected 0 to 1`)
})

it("keepInside keeps labels where the other mask is, and refuses one of another shape", () => {
  expect([...keepInsideVolume(labels([1, 2, 2, 0]), labels([0, 1, 2, 1])).voxels]).toEqual([0, 2, 2, 0])
  expect(() => keepInsideVolume(labels([1]), labels([1, 1]))).toThrow(/expected shape \[1, 1, 1\], found \[2, 1, 1\]/)
})

it("keepInside goes by place, whatever the voxel order of the other mask", () => {
  const grid = makeGrid([4, 1, 1], scaling([2, 1, 1]))
  const outer = makeLabels(grid, Uint8Array.of(0, 1, 1, 1))
  const inner = makeLabels(grid, Uint8Array.of(2, 2, 0, 2))
  expect([...keepInsideVolume(inner, reorient(outer, "LAS")).voxels]).toEqual([0, 2, 0, 2])
  const moved = { ...outer, affine: scaling([2, 1, 1], [8, 0, 0]) }
  const turned = makeLabels(makeGrid([1, 4, 1], scaling([2, 1, 1])), outer.voxels)
  expect(() => keepInsideVolume(inner, turned)).toThrow(/the mask to keep inside of: expected shape \[4, 1, 1\]/)
  expect(() => keepInsideVolume(inner, moved)).toThrow(/the mask to keep inside of puts its voxels elsewhere/)
})

it("removeSmall measures in mm^3 or in voxels, and keeps what is just large enough", () => {
  const spots = [2, 0, 1, 2, 0, 1, 1, 1]
  expect([...removeSmallVolume(labels(spots), { voxels: 2 }).voxels]).toEqual([0, 0, 1, 2, 0, 1, 1, 1])
  // 0.7 x 0.7 x 5 = 2.45 mm^3 a voxel
  const small = labels(spots, [0.7, 0.7, 5])
  expect([...removeSmallVolume(small, { mm3: 3 * 2.45 }).voxels]).toEqual([0, 0, 0, 0, 0, 1, 1, 1])
  expect([...removeSmallVolume(small, { mm3: 2.45 }).voxels]).toEqual(spots)
  expect([...removeSmallVolume(small, { mm3: 8 }).voxels]).toEqual(spots.map(() => 0))
  expect(() => removeSmall({ mm3: Number.NaN })).toThrow(/removeSmall: size is NaN/)
})

it("keepLargest keeps one component, the first of equals, with its labels", () => {
  expect([...keepLargestVolume(labels([1, 0, 2, 1, 0, 1, 1])).voxels]).toEqual([0, 0, 2, 1, 0, 0, 0])
  expect([...keepLargestVolume(labels([0, 0])).voxels]).toEqual([0, 0])
})

it("voxels touch by corners unless said otherwise", () => {
  const diagonal = makeLabels(makeGrid([2, 2, 1], scaling([1, 1, 1])), Uint8Array.of(1, 0, 0, 1))
  expect([...keepLargestVolume(diagonal).voxels]).toEqual([1, 0, 0, 1])
  expect([...keepLargestVolume(diagonal, { neighbourhood: 6 }).voxels]).toEqual([1, 0, 0, 0])
})

it("as stages they follow each other", async () => {
  const image = makeImage(makeGrid([6, 1, 1], scaling([1, 1, 1])), Float32Array.of(1, 1, 0, 1, 1, 1))
  const cases = Stream.make({ caseId: "a", volume: image })
  const liver = () => Effect.succeed(labels([1, 1, 1, 1, 0, 0]))
  const found = cases.pipe(threshold(0.5), keepInside(liver), removeSmall({ mm3: 1 }), keepLargest())
  expect((await run(found)).map(({ caseId, volume }) => [caseId, [...volume.voxels]])).toEqual([
    ["a", [1, 1, 0, 0, 0, 0]]
  ])
  const wrong = cases.pipe(
    threshold(0.5),
    keepInside(() => Effect.succeed(labels([1])))
  )
  await expect(run(wrong)).rejects.toThrow(/keepInside: case a: the mask to keep inside of: expected shape/)
  const none = new Map<string, LabelVolume>()
  const missing = cases.pipe(
    threshold(0.5),
    keepInside((caseId) => Effect.succeed(none.get(caseId) as LabelVolume))
  )
  await expect(run(missing)).rejects.toThrow(/keepInside: case a: there is no mask to keep inside of/)
})

it.each([
  [{ kind: "fillHoles", voxels: 5 }, "postprocess: kind is fillHoles; expected keepLargest or removeSmall"],
  [{ kind: "keepInside" }, /keepInside needs a mask of each liver/],
  [{ kind: "keepLargest", neighbourhood: 7 }, "keepLargest: neighbourhood is 7; expected 6 or 18 or 26"],
  [{ kind: "removeSmall", mm3: "5" }, "removeSmall: size is 5; expected a number, at least 0"],
  [{ kind: "removeSmall", mm3: 5, voxels: 3 }, "removeSmall: size is in mm3 and in voxels; expected one of the two"]
])("a setting that means no stage is refused where it is made: %o", (setting, message) => {
  expect(() => postprocess([setting as Parameters<typeof postprocess>[0][number]])).toThrow(message)
})
