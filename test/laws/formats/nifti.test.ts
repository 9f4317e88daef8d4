import { gzipSync } from "node:zlib"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { NiftiError, readNifti, readNiftiLabels, writeNifti } from "../../../src/formats/index.ts"
import { gunzip } from "../../../src/node/gunzip.ts"
import { makeGrid, makeImage, makeLabels, type Volume } from "../../../src/volume/index.ts"
import { inPieces, rawNifti, STORED_TYPES, type StoredType } from "../../support/nifti.ts"
import { affines, shapes, toFloat32, volumes } from "../../support/volumes.ts"

const codecs = [{}, { gunzip }]

/** A volume as NIfTI-1 can hold it: its affine in float32, and its spacing the affine's. */
const storable = (volume: Volume): Volume => {
  const grid = makeGrid(volume.shape, toFloat32(volume.affine))
  return volume.kind === "labels" ? makeLabels(grid, volume.voxels) : makeImage(grid, volume.voxels)
}

describe("write then read is the identity", () => {
  it("for any shape, type and affine, compressed or not", async () => {
    await fc.assert(
      fc.asyncProperty(volumes, fc.boolean(), fc.integer({ min: 1, max: 2000 }), async (volume, compress, size) => {
        const written = storable(volume)
        const bytes = writeNifti(written, { compress })
        const read = written.kind === "labels" ? readNiftiLabels : readNifti
        for (const codec of codecs) {
          expect(await read({ name: "whole", bytes }, codec)).toEqual(written)
          expect(await read({ name: "in pieces", bytes: inPieces(bytes, size) }, codec)).toEqual(written)
        }
      })
    )
  })

  it("for any slope and intercept, of values that are steps of them", async () => {
    const scale = fc.record({
      type: fc.constantFrom("uint8" as const, "int16" as const),
      slope: fc.double({ min: 1e-3, max: 1e3, noNaN: true }).map(Math.fround),
      intercept: fc.double({ min: -2000, max: 2000, noNaN: true }).map(Math.fround)
    })
    const steps = fc.uint8Array({ minLength: 1, maxLength: 50 })
    await fc.assert(
      fc.asyncProperty(scale, steps, affines, fc.boolean(), async (storage, stored, affine, downwards) => {
        const slope = downwards ? -storage.slope : storage.slope
        const voxels = Float32Array.from(stored, (step) => step * slope + storage.intercept)
        const image = makeImage(makeGrid([stored.length, 1, 1], toFloat32(affine)), voxels)
        const bytes = writeNifti(image, { storage: { ...storage, slope } })
        expect(await readNifti({ name: "scaled", bytes })).toEqual(image)
      })
    )
  })
})

it("any stored type, byte order, version, slope and offset is read as slope * stored + intercept", async () => {
  const types = Object.keys(STORED_TYPES) as ReadonlyArray<StoredType>
  const fields = fc.record({
    type: fc.constantFrom(...types),
    littleEndian: fc.boolean(),
    version: fc.constantFrom(1 as const, 2 as const),
    slope: fc.constantFrom(0, 1, 0.5, -3, 100, Number.NaN),
    intercept: fc.constantFrom(0, -1024, 0.25),
    offset: fc.integer({ min: 544, max: 2000 }),
    zipped: fc.boolean()
  })
  await fc.assert(
    fc.asyncProperty(fields, shapes, fc.infiniteStream(fc.nat(127)), async ({ zipped, ...raw }, shape, numbers) => {
      const stored = Array.from({ length: shape[0] * shape[1] * shape[2] }, () => numbers.next().value as number)
      const file = rawNifti({ ...raw, dim: [3, ...shape, 1, 1, 1, 1], stored })
      const { slope, intercept } = raw.slope ? raw : { slope: 1, intercept: 0 }
      for (const codec of codecs) {
        const volume = await readNifti({ name: "raw", bytes: zipped ? gzipSync(file) : file }, codec)
        expect(volume.shape).toEqual(shape)
        expect([...volume.voxels]).toEqual(stored.map((x) => x * slope + intercept))
      }
    })
  )
})

type Damage = (bytes: Uint8Array) => Uint8Array
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const flip = fc.record({ at: place, bit: fc.nat(7) }).map(
  ({ at, bit }): Damage =>
    (bytes) =>
      bytes.with(Math.floor(at * bytes.length), bytes[Math.floor(at * bytes.length)] ^ (1 << bit))
)
const cut = place.map(
  (at): Damage =>
    (bytes) =>
      bytes.slice(0, Math.floor(at * bytes.length))
)
const splice = fc.record({ from: place, to: place, extra: fc.uint8Array({ maxLength: 40 }) }).map(
  ({ from, to, extra }): Damage =>
    (bytes) =>
      Uint8Array.from([
        ...bytes.subarray(0, Math.floor(from * bytes.length)),
        ...extra,
        ...bytes.subarray(Math.floor(to * bytes.length))
      ])
)
const damages = fc.array(fc.oneof(flip, cut, splice), { minLength: 1, maxLength: 3 }).map(
  (all): Damage =>
    (bytes) =>
      all.reduce((damaged, damage) => (damaged.length > 0 ? damage(damaged) : damaged), bytes)
)

describe("a damaged file", () => {
  const ct = makeImage(
    makeGrid(
      [7, 6, 5],
      toFloat32([
        [0.7, 0, 0, 1],
        [0, 0.7, 0, 2],
        [0, 0, 2.5, 3],
        [0, 0, 0, 1]
      ])
    ),
    Int16Array.from({ length: 210 }, (_, i) => (i * 7919) % 1500)
  )

  it("that is compressed gives a NiftiError or equal data, never anything else", async () => {
    const whole = writeNifti(ct)
    await fc.assert(
      fc.asyncProperty(damages, fc.boolean(), async (damage, pieces) => {
        const damaged = damage(whole)
        for (const codec of codecs) {
          const bytes = pieces ? inPieces(damaged, 64) : damaged
          const result = await readNifti({ name: "damaged", bytes }, codec).catch((error) => error)
          if (!(result instanceof NiftiError)) expect(result).toEqual(ct)
        }
      }),
      { numRuns: 500 }
    )
  })

  it("of which only the header is damaged gives a NiftiError or a volume, and no more memory than its data", async () => {
    const plain = writeNifti(ct, { compress: false })
    // Anywhere, but often in the sizes, which tell how much memory is needed.
    const edit = fc.tuple(fc.oneof(fc.nat(347), fc.integer({ min: 42, max: 47 })), fc.nat(255))
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        const damaged = edits.reduce((bytes, [at, value]) => bytes.with(at, value), plain)
        for (const bytes of [damaged, inPieces(damaged, 64), gzipSync(damaged), inPieces(gzipSync(damaged), 64)]) {
          const before = process.memoryUsage().arrayBuffers
          const result = await readNifti({ name: "damaged", bytes }, { gunzip, limit: 2 ** 40 }).catch((error) => error)
          // What a header may claim unseen, and what the decoder itself needs.
          expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 26 + 2 ** 25)
          if (!(result instanceof NiftiError)) expect(result.kind).toBe("image")
        }
      }),
      { numRuns: 200 }
    )
  })
})
