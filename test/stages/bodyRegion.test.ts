import { expect, it } from "vitest"
import { phantomCase } from "../../src/phantom/phantom.ts"
import { bodyRegion } from "../../src/stages/bodyRegion.ts"
import { planeView } from "../../src/stages/planeView.ts"
import { reorient } from "../../src/volume/index.ts"

const shape = [30, 24, 4] as const
const grid = {
  shape,
  spacing: [1, 1, 1] as const,
  affine: [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 1]
  ] as const
}

/** Air with a box of tissue, and below it a table two pixels thick. */
const scan = (from: readonly [number, number], to: readonly [number, number]) =>
  Int16Array.from({ length: 30 * 24 * 4 }, (_, i) => {
    const [x, y] = [i % 30, Math.floor(i / 30) % 24]
    const body = x >= from[0] && x < to[0] && y >= from[1] && y < to[1]
    return body ? 40 : y < 2 ? 0 : -1000
  })

it("is the box of the body, whatever lies below it", () => {
  // Seen from below: the patient's left is right, the front is up.
  const view = planeView(grid as never, "axial")
  const found = bodyRegion(scan([5, 6], [25, 20]), view)
  expect(found).toEqual({ top: 4, left: 5, height: 14, width: 20 })
})

it("is all of the plane where there is no body, or one too thin to be one", () => {
  const view = planeView(grid as never, "axial")
  const all = { top: 0, left: 0, height: 24, width: 30 }
  expect(bodyRegion(new Int16Array(30 * 24 * 4).fill(-1000), view)).toEqual(all)
  expect(bodyRegion(scan([5, 6], [8, 20]), view)).toEqual(all)
  expect(bodyRegion(new Int16Array(30 * 24 * 4).fill(40), view)).toEqual(all)
})

it("is the same part of the patient however the file is laid out, and much less than was scanned", () => {
  const { image } = phantomCase(2, 0, { shape: [96, 96, 12] })
  const expected = bodyRegion(image.voxels, planeView(image, "axial"))
  expect(expected.height * expected.width).toBeLessThan(0.75 * 96 * 96)
  for (const code of ["LAS", "PSR", "IAL"] as const) {
    const stored = reorient(image, code)
    expect(bodyRegion(stored.voxels, planeView(stored, "axial"))).toEqual(expected)
  }
})
