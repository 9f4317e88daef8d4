import { linkSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { writeNifti } from "../../src/formats/index.ts"
import { fold, key, normal } from "../../src/random/index.ts"
import { makeGrid, makeImage, makeLabels, scaling, type Vec3 } from "../../src/volume/index.ts"

/** A CT of LiTS size, whose int16 voxels take `INT16_BYTES`. */
export const SHAPE: Vec3 = [512, 512, 200]
export const INT16_BYTES = 2 * SHAPE[0] * SHAPE[1] * SHAPE[2]

/** A folder of LiTS layout with `count` cases of LiTS size; disk space of one. Removed when the process ends. */
export const litsFolder = (count: number): string => {
  const folder = mkdtempSync(join(tmpdir(), "hepaflow-bench-"))
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }))
  const { image, labels } = ct()
  for (const [name, volume] of [["volume", image] as const, ["segmentation", labels] as const]) {
    const first = join(folder, `${name}-0.nii.gz`)
    writeFileSync(first, gzipSync(writeNifti(volume, { compress: false })))
    for (let i = 1; i < count; i++) linkSync(first, join(folder, `${name}-${i}.nii.gz`))
  }
  return folder
}

/** A noisy body in quiet air, with a liver and tumours in it: gzip halves it, as it does a real CT. */
const ct = () => {
  const [nx, ny, nz] = SHAPE
  const voxels = new Int16Array(nx * ny * nz)
  const labels = new Uint8Array(nx * ny * nz)
  for (let z = 0, at = 0; z < nz; z++) {
    const noise = normal(fold(key(1), `slice ${z}`), nx * ny)
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, at++) {
        const [u, v, w] = [x / nx - 0.5, y / ny - 0.5, z / nz - 0.5]
        const liver = (u + 0.15) ** 2 + v ** 2 + w ** 2 / 2 < 0.03
        const tumor = liver && (u + 0.2) ** 2 + v ** 2 + w ** 2 < 0.004
        const body = u ** 2 + 1.6 * v ** 2 < 0.2
        labels[at] = tumor ? 2 : liver ? 1 : 0
        const tissue = tumor ? 87 : liver ? 121 : 40
        voxels[at] = body ? tissue + 22 * noise[at % (nx * ny)] : -1000 + 4 * noise[at % (nx * ny)]
      }
    }
  }
  const grid = makeGrid(SHAPE, scaling([-0.7, 0.7, 1]))
  return { image: makeImage(grid, voxels), labels: makeLabels(grid, labels) }
}
