import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"
import { phantomCase } from "../../src/phantom/phantom.ts"
import { restack, restackCase } from "../../src/stages/restack.ts"
import { slicesOf } from "../../src/stages/slice.ts"

const patient = phantomCase(1, 0, { shape: [24, 20, 6] })
const slices = [...slicesOf(patient)]

it("puts labels back on the CT's own grid, in whatever order the slices come", () => {
  const volume = restackCase([...slices].reverse(), "labels")
  expect(volume.voxels).toEqual(patient.labels?.voxels)
  expect(volume.affine).toEqual(patient.image.affine)
})

it("leaves zeros where slices were left out", () => {
  const volume = restackCase(slices.slice(0, 1), "pixels")
  expect(volume.voxels.filter((value) => value !== 0).length).toBeLessThanOrEqual(24 * 20)
})

it("brings a mask back from another size by nearest neighbour: no new values", () => {
  const volume = restackCase([...slicesOf(patient, { size: [10, 12] })], "labels")
  expect(volume.shape).toEqual(patient.image.shape)
  expect([...new Set(volume.voxels)].every((label) => label <= 2)).toBe(true)
})

it("refuses slices of two cases, a layer that is not there, and no slices", () => {
  const other = { ...slices[1], caseId: "other" }
  expect(() => restackCase([slices[0], other], "labels")).toThrow(/volume-0.*other/s)
  expect(() => restackCase(slices as never, "mask")).toThrow(/carry no mask/)
  expect(() => restackCase([], "labels")).toThrow(/no slice/)
})

it("brings probabilities back from another size linearly", () => {
  const small = [...slicesOf(patient, { size: [10, 12] })]
  const rising = small.map((slice) => ({
    ...slice,
    probabilities: Float32Array.from({ length: 120 }, (_, i) => (i % 12) / 12)
  }))
  const [row] = slicesOf({ ...patient, image: restackCase(rising, "probabilities") })
  // Doubled in size, each pixel lies a quarter of a step from the centre of the one that it came from.
  expect(row.pixels.subarray(0, 4)).toBeAllclose([0, 0.25 / 12, 0.75 / 12, 1.25 / 12], { absolute: 1e-6 })
})

const other = slices.map((slice) => ({ ...slice, caseId: "other" }))
const volumes = <E>(stream: Stream.Stream<(typeof slices)[number], E>) =>
  Effect.runPromise(Effect.result(Stream.runCollect(stream.pipe(restack("labels")))))

it("a stream of slices gives one volume a case, each when the next case begins", async () => {
  const seen: Array<string> = []
  const watched = Stream.fromIterable([...slices, ...other], { chunkSize: 1 }).pipe(
    Stream.tap(({ caseId, origin }) => Effect.sync(() => seen.push(`${caseId} ${origin.index}`))),
    restack("labels"),
    Stream.tap(({ caseId }) => Effect.sync(() => seen.push(`${caseId} whole`)))
  )
  const found = await Effect.runPromise(Stream.runCollect(watched))
  expect(found.map(({ caseId }) => caseId)).toEqual(["volume-0", "other"])
  expect(found[0].volume.voxels).toEqual(patient.labels?.voxels)
  expect(seen.slice(6, 8)).toEqual(["other 0", "volume-0 whole"])
})

it("slices of a case that come in several places are refused, not restacked in parts", async () => {
  const mixed = Stream.fromIterable([slices[0], other[1], slices[2]])
  expect(await volumes(mixed)).toMatchObject({ failure: { _tag: "RestackError", caseId: "volume-0" } })
})

it("a stream that fails half way through a case gives no part of it", async () => {
  const broken = Stream.concat(Stream.fromIterable(slices.slice(0, 3)), Stream.fail("broken"))
  const given: Array<string> = []
  const failure = await Effect.runPromise(
    Effect.flip(
      Stream.runForEach(broken.pipe(restack("labels")), ({ caseId }) => Effect.sync(() => given.push(caseId)))
    )
  )
  expect(failure).toBe("broken")
  expect(given).toEqual([])
})
