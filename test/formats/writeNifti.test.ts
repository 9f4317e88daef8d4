import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { NiftiError, readNifti, readNiftiLabels, writeNifti } from "../../src/formats/index.ts"
import { type Affine, compose, makeGrid, makeImage, makeLabels, scaling } from "../../src/volume/index.ts"

const grid = makeGrid([2, 3, 1], scaling([-0.75, 0.75, 2.5], [100, -120, 30]))
const mask = makeLabels(grid, Uint8Array.of(0, 1, 2, 0, 1, 2))
const map = makeImage(grid, Float32Array.of(0, 0.2, 0.4, 0.6, 0.8, 1))

it("a mask written and read back keeps its labels, shape, spacing and affine", async () => {
  expect(await readNiftiLabels({ name: "mask", bytes: writeNifti(mask) })).toEqual(mask)
})

it("a description written is read back, and one that is not there is not", async () => {
  const bytes = writeNifti(mask, { description: "made by hand" })
  expect(await readNiftiLabels({ name: "mask", bytes })).toEqual({ ...mask, description: "made by hand" })
  expect(await readNifti({ name: "map", bytes: writeNifti(map) })).toEqual(map)
})

it("writes the same bytes on every run", () => {
  expect(writeNifti(mask)).toEqual(writeNifti(mask))
  // Neither a time nor a name, of which gzip would keep both.
  expect([...writeNifti(mask).subarray(0, 8)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0])
})

it("writes what gunzip opens, and the same without compression", () => {
  expect(new Uint8Array(gunzipSync(writeNifti(mask)))).toEqual(writeNifti(mask, { compress: false }))
})

it("writes a view into a larger buffer as no more than the view", async () => {
  const whole = Float32Array.from({ length: 20 }, (_, i) => i)
  const written = writeNifti(makeImage(grid, whole.subarray(7, 13)))
  expect([...(await readNifti({ name: "view", bytes: written })).voxels]).toEqual([7, 8, 9, 10, 11, 12])
})

it("a probability map in bytes is read back to half a step", async () => {
  const written = writeNifti(map, { storage: { type: "uint8", slope: 1 / 255 }, compress: false })
  expect(written.length).toBe(352 + 6)
  expect((await readNifti({ name: "map", bytes: written })).voxels).toBeAllclose(map.voxels, { absolute: 0.5 / 255 })
})

it("an axis of more than 32,767 voxels makes it NIfTI-2", async () => {
  const long = makeImage(makeGrid([40_000, 1, 1], grid.affine), new Int16Array(40_000).fill(7))
  const written = writeNifti(long, { compress: false })
  expect(new DataView(written.buffer).getInt32(0, true)).toBe(540)
  expect(await readNifti({ name: "long", bytes: written })).toEqual(long)
})

describe("refuses", () => {
  it("a value that its storage does not reach", () => {
    const storage = { type: "uint8", slope: 1 / 300 } as const
    expect(() => writeNifti(map, { storage })).toThrow(/voxel 5 is 1, which uint8 with slope .* does not reach/)
    const broken = makeImage(grid, Float32Array.of(0, Number.NaN, 0, 0, 0, 0))
    expect(() => writeNifti(broken, { storage })).toThrow(NiftiError)
  })
  it("a description that the header cannot hold", () => {
    expect(() => writeNifti(mask, { description: "x".repeat(80) })).toThrow(/at most 79/)
    expect(() => writeNifti(mask, { description: "Größe" })).toThrow(NiftiError)
  })
})

const turn = (about: 0 | 2, angle: number): Affine => {
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  return about === 2
    ? [
        [c, -s, 0, 0],
        [s, c, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 1]
      ]
    : [
        [1, 0, 0, 0],
        [0, c, -s, 0],
        [0, s, c, 0],
        [0, 0, 0, 1]
      ]
}

/** Rotations of every kind that a quaternion tells apart, right- and left-handed, and one affine that no quaternion holds. */
const affines: ReadonlyArray<Affine> = [
  ...[0, 1, 2, Math.PI, 4].flatMap((a) =>
    [0, 0.5, Math.PI].flatMap((b) =>
      [1, -1].map((hand) =>
        compose(
          scaling([1, 1, 1], [9, -8, 7]),
          compose(turn(2, a), compose(turn(0, b), scaling([0.7, 0.8, hand * 2.5])))
        )
      )
    )
  ),
  [
    [1, 0.2, 0, 1],
    [0, 1, 0, 2],
    [0, 0, 1, 3],
    [0, 0, 0, 1]
  ]
]

const SCRIPT = `
import json, sys, nibabel, numpy
for path in sys.argv[1:]:
    image = nibabel.load(path)
    h = image.header
    print(json.dumps(dict(affine=image.affine.ravel().tolist(), qform=h.get_qform().ravel().tolist(), codes=[int(h["qform_code"]), int(h["sform_code"])],
        units=h.get_xyzt_units()[0], intent=h.get_intent()[0], type=str(h.get_data_dtype()), values=image.get_fdata().ravel(order="F").tolist())))
`
const pythons = ["python3", "/usr/bin/python3"]
const python = pythons.find((name) => spawnSync(name, ["-c", "import nibabel"]).status === 0)

it.skipIf(python === undefined)(`nibabel reads what is written${python ? "" : " (needs python3 with nibabel)"}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "hepaflow-nibabel-"))
  try {
    const written = affines.flatMap((affine, n) => {
      const placed = makeGrid(grid.shape, affine)
      const volumes = [makeLabels(placed, mask.voxels), makeImage(placed, map.voxels)]
      return volumes.map((volume, v) => {
        const path = join(folder, `${n}-${v}.nii.gz`)
        writeFileSync(path, writeNifti(volume))
        return { path, affine, volume }
      })
    })
    const { stdout, stderr, status } = spawnSync(python!, ["-c", SCRIPT, ...written.map(({ path }) => path)], {
      encoding: "utf8"
    })
    expect(status, stderr).toBe(0)
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
    for (const [i, { affine, volume }] of written.entries()) {
      const sheared = affine[0][1] === 0.2
      expect(lines[i]).toMatchObject({
        codes: [sheared ? 0 : 1, 1],
        units: "mm",
        intent: volume.kind === "labels" ? "label" : "none",
        type: volume.kind === "labels" ? "uint8" : "float32"
      })
      expect(lines[i].affine).toBeAllclose(affine.flat(), { relative: 1e-6 })
      // Near a half turn the format keeps the angle to no more than the root of float32's precision.
      if (!sheared) expect(lines[i].qform).toBeAllclose(affine.flat(), { absolute: 2e-3 })
      expect(lines[i].values).toBeAllclose(volume.voxels)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
