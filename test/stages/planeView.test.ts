import { expect, it } from "vitest"
import { gather, planeView, scatter } from "../../src/stages/planeView.ts"
import { makeGrid, ORIENTATIONS, reorientGrid, scaling } from "../../src/volume/index.ts"

const PLANES = ["axial", "coronal", "sagittal"] as const
const grid = makeGrid([2, 3, 4], scaling([0.7, 0.8, 2.5]))
const voxels = Float32Array.from({ length: 24 }, (_, i) => i)

it("an axial slice of a RAS volume has the patient's right at its left and anterior at its top", () => {
  const view = planeView(grid, "axial")
  expect(view).toMatchObject({ count: 4, height: 3, width: 2, spacing: [0.8, 0.7] })
  // x grows to the right and y to the front, so both run backwards; z grows to the head, as slices do.
  expect([...gather(view, 1, voxels, new Float32Array(6))]).toEqual([11, 10, 9, 8, 7, 6])
})

it("coronal and sagittal slices have the head at their top", () => {
  const coronal = planeView(grid, "coronal")
  expect([...gather(coronal, 0, voxels, new Float32Array(8))]).toEqual([23, 22, 17, 16, 11, 10, 5, 4])
  const sagittal = planeView(grid, "sagittal")
  expect([...gather(sagittal, 0, voxels, new Float32Array(12))]).toEqual([23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1])
})

it("scatter puts back what gather took, from every orientation, and touches every voxel", () => {
  for (const code of ORIENTATIONS) {
    const stored = reorientGrid(grid, code)
    for (const plane of PLANES) {
      const view = planeView(stored, plane)
      const back = new Float32Array(24).fill(-1)
      for (let index = 0; index < view.count; index++) {
        scatter(view, index, gather(view, index, voxels, new Float32Array(view.height * view.width)), back)
      }
      expect(back).toEqual(voxels)
    }
  }
})
