import { type Box, vec3 } from "./box.ts"
import type { Prediction } from "./mask.ts"

/** The voxels of a box, copied: first axis fastest, as in the mask. */
export const crop = ({ voxels, shape }: Prediction, box: Box): Uint8Array => {
  const [nx, ny] = vec3(shape)
  const [bx, by, bz] = box.shape
  const cropped = new Uint8Array(bx * by * bz)
  for (let z = 0; z < bz; z++) {
    for (let y = 0; y < by; y++) {
      const start = box.lower[0] + nx * (box.lower[1] + y + ny * (box.lower[2] + z))
      cropped.set(voxels.subarray(start, start + bx), bx * (y + by * z))
    }
  }
  return cropped
}
