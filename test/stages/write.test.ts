import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"
import { readPng } from "../../src/formats/png.ts"
import { readNiftiLabels } from "../../src/formats/readNifti.ts"
import { phantomCase } from "../../src/phantom/phantom.ts"
import { COLORS } from "../../src/report/overlay.ts"
import { Files } from "../../src/stages/files.ts"
import { toSample } from "../../src/stages/labelSplit.ts"
import { restack } from "../../src/stages/restack.ts"
import { slicesOf } from "../../src/stages/slice.ts"
import { write } from "../../src/stages/write.ts"

const patient = phantomCase(1, 0, { shape: [32, 32, 8] })
const slices = [...slicesOf(patient)]
const samples = slices.map((slice) => toSample(slice, "wholeLiver"))

const inMemory = <A, E>(program: Effect.Effect<A, E, Files>) =>
  Effect.runPromise(Effect.provide(program, Files.layerMemory()))
const read = (path: string) => Effect.flatMap(Files, (files) => files.read(path))

it("a mask lies where its CT lies and is the mask that was written", async () => {
  const masks = Stream.fromIterable(samples).pipe(restack("mask"), write("masks", { as: "nifti" }))
  const [written, bytes] = await inMemory(
    Effect.flatMap(Stream.runCollect(masks), (all) => Effect.map(read(all[0].path), (file) => [all, file] as const))
  )
  expect(written).toEqual([{ caseId: "volume-0", path: "masks/volume-0.nii.gz", bytes: bytes.length }])
  const mask = await readNiftiLabels({ name: "mask", bytes })
  expect(mask.shape).toEqual(patient.image.shape)
  expect(mask.affine.flat()).toBeAllclose(patient.image.affine.flat(), { relative: 1e-6 })
  expect(mask.voxels).toEqual(patient.labels?.voxels.map((label) => Math.min(label, 1)))
})

it("slices become pictures named by case, plane and index", async () => {
  const pictures = Stream.fromIterable(slices.slice(0, 2)).pipe(write("png/", { as: "png", depth: 16 }))
  const [paths, bytes] = await inMemory(
    Effect.flatMap(Stream.runCollect(pictures), (all) =>
      Effect.map(read(all[1].path), (file) => [all.map(({ path }) => path), file] as const)
    )
  )
  expect(paths).toEqual(["png/volume-0-axial-000.png", "png/volume-0-axial-001.png"])
  expect(readPng(bytes)).toMatchObject({ width: 32, height: 32, channels: 1, depth: 16 })
})

it("an overlay shows a sample's mask in the colour of its target", async () => {
  const marked = samples.find(({ mask }) => mask.includes(1))
  const overlays = Stream.fromIterable(marked ? [marked] : []).pipe(write("overlays", { as: "overlay" }))
  const bytes = await inMemory(Effect.flatMap(Stream.runCollect(overlays), ([one]) => read(one.path)))
  const { data } = readPng(bytes)
  const outlined = Array.from({ length: data.length / 3 }, (_, i) => String(data.subarray(3 * i, 3 * i + 3)))
  expect(outlined).toContain(String(COLORS.liver))
})

it("an overlay of several targets shows each in its colour, as the labels themselves do", async () => {
  const [both] = slices.filter(({ labels }) => labels?.includes(1) && labels.includes(2))
  const of = (element: Parameters<typeof toSample>[0] | ReturnType<typeof toSample>) =>
    inMemory(
      Effect.flatMap(Stream.runCollect(Stream.make(element).pipe(write("o", { as: "overlay" }))), ([one]) =>
        read(one.path)
      )
    )
  expect(await of(toSample(both, ["tumor", "liver"]))).toEqual(await of(both))
})

it("what is already there is not replaced unasked", async () => {
  const once = (overwrite: boolean) =>
    Stream.runDrain(Stream.fromIterable(slices.slice(0, 1)).pipe(write("png", { as: "png", overwrite })))
  const error = await inMemory(Effect.andThen(once(false), Effect.flip(once(false))))
  expect(error.message).toMatch(/png\/volume-0-axial-000\.png: it already exists; .*overwrite/)
  await inMemory(Effect.andThen(once(false), once(true)))
})
