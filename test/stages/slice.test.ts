import { describe, expect, it } from "vitest"
import { phantomCase } from "../../src/phantom/phantom.ts"
import { restackCase } from "../../src/stages/restack.ts"
import { slice, slicesOf } from "../../src/stages/slice.ts"
import { windowPixels, windowVolume } from "../../src/stages/window.ts"
import { LABEL, reorient } from "../../src/volume/index.ts"

const patient = phantomCase(3, 1, { shape: [48, 40, 12] })
const labels = patient.labels
if (labels === undefined) throw new Error("phantoms have labels")

const centroid = (of: Uint8Array, width: number, wanted: (label: number) => boolean) => {
  let [x, y, count] = [0, 0, 0]
  of.forEach((label, i) => {
    if (!wanted(label)) return
    x += i % width
    y += Math.floor(i / width)
    count++
  })
  return { x: x / count, y: y / count, count }
}

describe.each(["RAS", "LAS", "LPS", "PSR", "IAL"] as const)("a CT stored as %s", (code) => {
  const stored = { ...patient, image: reorient(patient.image, code), labels: reorient(labels, code) }
  it("shows the patient's right on the left of an axial slice", () => {
    const most = [...slicesOf(stored)]
      .map((each) => ({
        ...centroid(each.labels ?? new Uint8Array(), each.width, (label) => label > 0),
        width: each.width
      }))
      .reduce((a, b) => (b.count > a.count ? b : a))
    expect(most.x).toBeLessThan(most.width / 2)
  })
  it("gives the same slices as in any other order, in every plane", () => {
    for (const plane of ["axial", "coronal", "sagittal"] as const) {
      const expected = [...slicesOf(patient, { plane })]
      const found = [...slicesOf(stored, { plane })]
      expect(found.map(({ pixels }) => pixels)).toEqual(expected.map(({ pixels }) => pixels))
      expect(found[0].spacing).toBeAllclose(expected[0].spacing, { relative: 1e-5 })
    }
  })
})

it("resizes images by area and labels by nearest neighbour, and says the new spacing", () => {
  const full = [...slicesOf(patient)]
  const half = [...slicesOf(patient, { size: [20, 24] })]
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length
  expect(half.map(({ pixels }) => mean(pixels))).toBeAllclose(
    full.map(({ pixels }) => mean(pixels)),
    { relative: 1e-4 }
  )
  expect(new Set(half.flatMap((each) => [...(each.labels ?? [])]))).toEqual(new Set([0, 1, 2]))
  expect(half[0].spacing).toBeAllclose(full[0].spacing.map((millimetres) => 2 * millimetres))
})

it("keeps slices by what they show, with their place among all", () => {
  const all = [...slicesOf(patient)]
  const shows = (each: (typeof all)[number], least: number) => each.labels?.some((label) => label >= least) ?? false
  const kept = (keep: "liver" | "tumor") => [...slicesOf(patient, { keep })].map(({ origin }) => origin.index)
  expect(kept("liver")).toEqual(all.filter((each) => shows(each, LABEL.liver)).map(({ origin }) => origin.index))
  expect(kept("tumor")).toEqual(all.filter((each) => shows(each, LABEL.tumor)).map(({ origin }) => origin.index))
})

it("cannot keep by labels that are not there", () => {
  const { labels: _, ...unlabelled } = patient
  expect(() => [...slicesOf(unlabelled, { keep: "tumor" })]).toThrow(/volume-1.*tumor/s)
})

it("refuses a size that is no number of pixels", () => {
  expect(() => slice({ size: [0, 10] })).toThrow(/size/)
})

describe("of the body alone", () => {
  const whole = phantomCase(2, 0, { shape: [96, 96, 12] })
  const cut = [...slicesOf(whole, { field: "body" })]

  it("show that part of the whole slices", () => {
    const { region } = cut[0].origin
    if (region === undefined) throw new Error("a part has a region")
    for (const [i, full] of [...slicesOf(whole)].entries()) {
      const { top, left, height, width } = region
      const rows = Array.from({ length: height }, (_, r) => {
        const from = (top + r) * full.width + left
        return [...full.pixels.subarray(from, from + width)]
      })
      expect([...cut[i].pixels]).toEqual(rows.flat())
      expect(cut[i]).toMatchObject({ height, width })
      expect(cut[i].spacing).toBeAllclose(full.spacing)
    }
  })

  it("go back to where they were", () => {
    const labels = restackCase(cut, "labels")
    expect(labels.voxels).toEqual(whole.labels.voxels)
    expect(labels.affine).toEqual(whole.image.affine)
    const sized = restackCase([...slicesOf(whole, { field: "body", size: [40, 56] })], "labels")
    const marked = (voxels: Uint8Array) => voxels.reduce((sum, label) => sum + (label > 0 ? 1 : 0), 0)
    expect(marked(sized.voxels) / marked(whole.labels.voxels)).toBeCloseTo(1, 1)
  })

  it("do not mix with slices of all", () => {
    expect(() => restackCase([cut[0], ...slicesOf(whole)], "labels")).toThrow("differ in grid, plane, field or size")
  })

  it("look the same through a window", () => {
    const windowed = { ...whole, image: windowVolume(whole.image) }
    const [first] = slicesOf(windowed, { field: "body" })
    expect(first.pixels).toEqual(windowPixels(cut[0].pixels))
  })
})

it.each([
  ["keep", "tumour"],
  ["plane", "transversal"],
  ["field", "abdomen"]
])("refuses a %s that is none", (option, found) => {
  expect(() => slice({ [option]: found })).toThrow(`slice: ${option} is ${found}; expected `)
})
