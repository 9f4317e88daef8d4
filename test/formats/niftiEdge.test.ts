import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { NiftiError, type NiftiFile, readNifti, readNiftiLabels } from "../../src/formats/index.ts"
import { gunzip } from "../../src/node/gunzip.ts"
import { invert, orientationOf, scaling } from "../../src/volume/index.ts"
import { sharedPath, sharedTest } from "../support/shared.ts"

/** What nibabel says that a file holds. */
interface Entry {
  readonly file: string
  readonly note?: string
  readonly error?: string
  readonly pair?: string
  readonly shape: ReadonlyArray<number> | null
  readonly dtype_on_disk: string
  readonly affine: ReadonlyArray<ReadonlyArray<number>>
  readonly axcodes: string
  readonly zooms: ReadonlyArray<number>
  readonly pixdim: ReadonlyArray<number>
  readonly qform_code: number
  readonly sform_code: number
  readonly xyzt_units: number
  readonly voxels: ReadonlyArray<{ readonly index: ReadonlyArray<number>; readonly value: number | string }>
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly n_nonfinite: number
}

const FOLDER = "data/nifti-edge"
const manifest = sharedPath(`${FOLDER}/manifest.json`)
const files: ReadonlyArray<Entry> = existsSync(manifest)
  ? JSON.parse(readFileSync(manifest, "utf8").replaceAll(/: NaN\b/g, ': "nan"')).files
  : []

const bytesOf = (name: string) => new Uint8Array(readFileSync(sharedPath(join(FOLDER, name))))
const open = ({ file, pair }: Entry): NiftiFile => ({
  name: file,
  bytes: bytesOf(file),
  ...(pair === undefined ? {} : { image: bytesOf(pair) })
})
const codecs = [{}, { gunzip }]

/** nibabel reads colours and complex numbers; a CT has neither. */
const isRefused = (entry: Entry) => entry.error !== undefined || /^(RGB|complex)/.test(entry.dtype_on_disk)

sharedTest(FOLDER, "has the files that its README tells of", () => {
  expect(files.length).toBeGreaterThanOrEqual(66)
})

describe.skipIf(files.length === 0)("a public file of an odd kind", () => {
  it.each(files.filter(isRefused))("is refused: $file ($note)", async (entry) => {
    for (const codec of codecs) {
      const result = readNifti(open(entry), codec)
      await expect(result).rejects.toThrow(NiftiError)
      await expect(result).rejects.toThrow(new RegExp(`^${entry.file}: .+; .+`))
    }
  })

  it.each(files.filter((entry) => !isRefused(entry)))("is read as nibabel reads it: $file ($note)", async (entry) => {
    const [nx, ny, nz = 1, count = 1] = entry.shape!
    const all: Array<number> = []
    for (let volume = 0; volume < count; volume++) {
      const [read, twin] = await Promise.all(codecs.map((codec) => readNifti(open(entry), { ...codec, volume })))
      expect(twin).toEqual(read)
      expect(read.shape).toEqual([nx, ny, nz])
      checkPlace(entry, read)
      for (const { index, value } of entry.voxels) {
        const [i, j, k = 0, of = 0] = index
        // Every value in the manifest is one that float32 holds, up to its printing.
        if (of === volume) expect(read.voxels[i + nx * (j + ny * k)]).toBe(Math.fround(number(value)))
      }
      for (const value of read.voxels) all.push(value)
    }
    const finite = all.filter(Number.isFinite)
    expect(all.length - finite.length).toBe(entry.n_nonfinite)
    const lowest = finite.reduce((a, b) => Math.min(a, b))
    const highest = finite.reduce((a, b) => Math.max(a, b))
    const mean = finite.reduce((a, b) => a + b, 0) / finite.length
    expect([lowest, highest, mean]).toBeAllclose([entry.min, entry.max, entry.mean], { relative: 1e-6 })
  })

  it.each(["gen_label_uint16.nii.gz", "gen_label_float64.nii.gz"])("holds labels: %s", async (file) => {
    const { voxels } = await readNiftiLabels({ name: file, bytes: bytesOf(file) })
    expect(new Set(voxels)).toEqual(new Set([0, 1, 2]))
  })
})

describe("a real CT", () => {
  const real = (file: string): NiftiFile => ({ name: file, bytes: new Uint8Array(readFileSync(file)) })

  sharedTest(
    "data/real/totalseg_example_ct.nii.gz",
    "in int32 has the HU that its publishers tell of",
    async (path) => {
      const ct = await readNifti(real(path), { gunzip })
      expect(ct.shape).toEqual([122, 101, 112])
      expect(ct.spacing).toBeAllclose([3, 3, 3], { relative: 1e-6 })
      expect(orientationOf(ct.affine)).toBe("RAS")
      const hu = Array.from(ct.voxels)
      expect([hu.reduce((a, b) => Math.min(a, b)), hu.reduce((a, b) => Math.max(a, b))]).toEqual([-1207, 3382])
    }
  )

  sharedTest(
    "data/real/totalseg_example_ct_sm.nii.gz",
    "with a header extension has the voxels behind it",
    async (path) => {
      const slab = await readNifti(real(path))
      expect(slab.shape).toEqual([122, 101, 30])
      expect(slab.voxels).toBeInstanceOf(Int16Array)
    }
  )

  sharedTest(
    "data/real/totalseg_example_ct_sm_seg117.nii.gz",
    "has 42 classes with the background, and a liver of 38,634 voxels",
    async (path) => {
      const { voxels } = await readNiftiLabels(real(path))
      expect(voxels.filter((label) => label === 5).length).toBe(38_634)
      expect(new Set(voxels).size).toBe(42)
    }
  )
})

const number = (value: number | string): number =>
  typeof value === "number" ? value : ({ nan: Number.NaN, inf: Infinity, "-inf": -Infinity }[value] ?? Number(value))

/** The README rules where readers differ: no form is diag(pixdim), micrometres become millimetres. */
const checkPlace = (entry: Entry, read: Awaited<ReturnType<typeof readNifti>>) => {
  const { pixdim } = entry
  const scale = (entry.xyzt_units & 7) === 3 ? 0.001 : 1
  if (entry.sform_code === 0 && entry.qform_code === 0) {
    expect(read.affine).toEqual(scaling([pixdim[1] * scale, pixdim[2] * scale, pixdim[3] * scale]))
    return
  }
  const expected = entry.affine.flatMap((row, r) => row.map((x) => (r < 3 ? x * scale : x)))
  expect(read.affine.flat()).toBeAllclose(expected, { relative: 1e-7 })
  expect(orientationOf(read.affine)).toBe(entry.axcodes)
  expect(() => invert(read.affine)).not.toThrow()
  if (entry.sform_code === 0) {
    expect(read.spacing).toBeAllclose(
      [...entry.zooms.slice(0, 3), ...pixdim.slice(entry.zooms.length + 1, 4)].map((d) => d * scale)
    )
  }
}
