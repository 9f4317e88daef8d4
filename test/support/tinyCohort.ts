import { writeNifti } from "../../src/formats/writeNifti.ts"
import { fold, key, uniform } from "../../src/random/index.ts"
import type { Affine, Vec3 } from "../../src/volume/index.ts"

/** Cases of 12 x 10 x 4 voxels as the files of a LiTS folder: HU of noise, a liver, and in every case but the second a tumour. */
export const tinyCohort = (count: number, directory = "lits"): Record<string, Uint8Array> => {
  const shape: Vec3 = [12, 10, 4]
  const affine: Affine = [
    [-0.8, 0, 0, 50],
    [0, -0.8, 0, 60],
    [0, 0, 2.5, -70],
    [0, 0, 0, 1]
  ]
  const grid = { shape, spacing: [0.8, 0.8, 2.5] as const, affine }
  const files: Record<string, Uint8Array> = {}
  for (let n = 0; n < count; n++) {
    const noise = uniform(fold(key(5), "tiny", n), 480)
    const labels = Uint8Array.from(noise, (_, i) => (i % 12 > 6 ? (n !== 1 && i % 12 > 9 && i > 240 ? 2 : 1) : 0))
    files[`${directory}/volume-${n}.nii`] = writeNifti(
      { ...grid, kind: "image", voxels: Int16Array.from(noise, (u) => 600 * u - 250) },
      { compress: false }
    )
    files[`${directory}/segmentation-${n}.nii`] = writeNifti(
      { ...grid, kind: "labels", voxels: labels },
      { compress: false }
    )
  }
  return files
}
