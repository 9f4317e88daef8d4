import { fold, type Key, normal, uniform, uniformBetween } from "../random/index.ts"
import type { Vec3 } from "../volume/index.ts"
import { type Contrast, drawContrast } from "./contrast.ts"

/** What makes one patient and one scanner differ from the next. */
export interface Patient {
  /** How much wider, deeper and taller than the template of anatomy (whose trunk is `TRUNK` mm) this patient is. */
  readonly scale: Vec3
  /** Subcutaneous fat in front, at the sides and behind, in mm of the template. */
  readonly fat: { readonly front: number; readonly side: number; readonly back: number }
  readonly contrast: Contrast
  /** Standard deviation in HU of the noise of one voxel: low where the dose was high. */
  readonly noise: number
  /** Blur (sigma, mm) of the reconstruction kernel: soft kernels give coarse noise. */
  readonly kernel: number
}

/** Draws one patient. */
export const drawPatient = (from: Key): Patient => {
  const between = (what: string, low: number, high: number) => uniformBetween(fold(from, what), low, high)
  const size = normal(fold(from, "size"), 1)[0]
  const build = Math.min(1.16, Math.max(0.86, 1 + 0.065 * size))
  const fat = 11 * Math.exp(0.5 * normal(fold(from, "fat"), 1)[0])
  return {
    scale: [build * between("width", 0.97, 1.03), build * between("depth", 0.94, 1.07), between("stature", 0.93, 1.07)],
    fat: {
      front: Math.min(45, 4 + fat * between("front", 0.8, 1.4)),
      side: Math.min(40, 4 + fat * between("side", 0.7, 1.2)),
      back: Math.min(35, 5 + fat * between("back", 0.5, 1))
    },
    contrast: drawContrast(fold(from, "contrast")),
    noise: 8 + 9 * uniform(fold(from, "dose"), 1)[0] ** 1.3,
    kernel: between("kernel", 0.5, 0.95)
  }
}
