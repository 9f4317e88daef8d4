import { expect, it } from "vitest"
import { drawPatient } from "../../src/phantom/patient.ts"
import { render } from "../../src/phantom/render.ts"
import { drawScan } from "../../src/phantom/scan.ts"
import { ellipsoid } from "../../src/phantom/solid.ts"
import { key } from "../../src/random/index.ts"

const patient = { ...drawPatient(key(1)), noise: 0 }
const drawn = drawScan(key(1), patient, [64, 64, 24])
const scan = { ...drawn, fieldOfView: { ...drawn.fieldOfView, radius: 120, outside: -3024 } }
const [liver, tumor] = [ellipsoid([40, 0, 0], [60, 60, 60]), ellipsoid([40, 0, 0], [25, 25, 25])]
const { image, labels } = render(
  key(1),
  patient,
  [
    { name: "liver", solids: [liver], layers: [{ hu: 100 }], role: "liver" },
    { name: "tumor", solids: [tumor], layers: [{ hu: 40 }], role: "tumor" }
  ],
  scan
)

it("a voxel is liver or tumour from one half of its volume on, and holds the mean of what it holds", () => {
  image.voxels.forEach((hu, i) => {
    if (hu === -3024) return
    // Air is -1000 HU and liver 100: half of each is -450.
    if (labels.voxels[i] === 0) expect(hu).toBeLessThanOrEqual(-450)
    else expect(hu).toBeGreaterThanOrEqual(-450)
    // Liver is 100 HU and tumour 40: half of each is 70.
    if (labels.voxels[i] === 2) expect(hu).toBeLessThanOrEqual(70)
  })
  expect(new Set(labels.voxels)).toEqual(new Set([0, 1, 2]))
})

it("ends at the circle that the scanner reconstructs", () => {
  const [nx, ny] = image.shape
  image.voxels.forEach((hu, i) => {
    const x = scan.axes[0].start + scan.axes[0].step * (i % nx) - scan.fieldOfView.center[0]
    const y = scan.axes[1].start + scan.axes[1].step * (Math.floor(i / nx) % ny) - scan.fieldOfView.center[1]
    expect(hu === -3024).toBe(x * x + y * y > 120 * 120)
  })
})

it("is bent a little, differently for every key", () => {
  const other = render(
    key(2),
    patient,
    [{ name: "liver", solids: [liver], layers: [{ hu: 100 }], role: "liver" }],
    scan
  )
  const differing = other.labels.voxels.filter((label, i) => label > 0 !== labels.voxels[i] > 0).length
  const liverVoxels = labels.voxels.filter((label) => label > 0).length
  expect(differing).toBeGreaterThan(0)
  expect(differing).toBeLessThan(liverVoxels / 4)
})
