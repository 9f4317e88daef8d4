import { fold, type Key, uniform, uniformBetween } from "../random/index.ts"
import type { Affine, Grid, Vec3 } from "../volume/index.ts"
import type { Patient } from "./patient.ts"
import { TRUNK } from "./trunk.ts"

/** The axis codes that LiTS mixes. */
export type AxisCode = "LAS" | "LPS" | "RAS"

/** Equidistant positions along one axis: `start + step i`, `step` negative where the file counts against the patient's axis. */
export interface Axis {
  readonly start: number
  readonly step: number
  readonly count: number
}

/** How one patient was scanned: the grid of the file, and the patient's coordinates (mm, x right, y front, z up) along it. */
export interface Scan {
  readonly code: AxisCode
  readonly grid: Grid
  readonly axes: readonly [Axis, Axis, Axis]
  /** The circle in which the scanner reconstructs, and what the file holds outside it. */
  readonly fieldOfView: {
    readonly center: readonly [number, number]
    readonly radius: number
    readonly outside: number
  }
}

const axis = (center: number, spacing: number, count: number, positive: boolean): Axis => {
  const step = positive ? spacing : -spacing
  return { start: center - (step * (count - 1)) / 2, step, count }
}

/** Positions along an axis. */
export const positions = ({ start, step, count }: Axis): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => start + step * i)

/** The range [first, end) of indices whose positions lie in [low, high]. */
export const indicesBetween = ({ start, step, count }: Axis, low: number, high: number): readonly [number, number] => {
  const a = (low - start) / step
  const b = (high - start) / step
  return [Math.max(0, Math.ceil(Math.min(a, b))), Math.min(count, Math.floor(Math.max(a, b)) + 1)]
}

/**
 * Draws field of view, coverage, orientation and air padding. The grid always holds the trunk from above the diaphragm to below
 * the kidneys, so the spacing follows from how many voxels there are (512 x 512: 0.57 to 0.98 mm, as in LiTS).
 */
export const drawScan = (from: Key, patient: Patient, shape: Vec3): Scan => {
  const between = (what: string, low: number, high: number) => uniformBetween(fold(from, what), low, high)
  const [nx, ny, nz] = shape
  const width = 2 * patient.scale[0] * (TRUNK[0] + patient.fat.side)
  const view = Math.min(500, Math.max(290, width * between("field of view", 1.02, 1.2)))
  const inPlane = view / Math.min(nx, ny)
  const apart = (between("coverage", 205, 255) * patient.scale[2]) / nz
  const [chance, outsideChance] = uniform(fold(from, "scanner"), 2)
  const code: AxisCode = chance < 0.72 ? "LAS" : chance < 0.87 ? "LPS" : "RAS"
  const center: Vec3 = [between("x", -8, 8), between("y", -14, 2), between("z", -14, -4) * patient.scale[2]]
  const axes = [
    axis(center[0], inPlane, nx, code[0] === "R"),
    axis(center[1], inPlane, ny, code[1] === "A"),
    axis(center[2], apart, nz, true)
  ] as const
  // Where the scanner's origin lies in the patient is arbitrary.
  const origin: Vec3 = [between("origin x", -20, 20), between("origin y", -200, 200), between("origin z", -1200, 400)]
  const affine: Affine = [
    [axes[0].step, 0, 0, axes[0].start + origin[0]],
    [0, axes[1].step, 0, axes[1].start + origin[1]],
    [0, 0, axes[2].step, axes[2].start + origin[2]],
    [0, 0, 0, 1]
  ]
  return {
    code,
    grid: { shape, spacing: [inPlane, inPlane, apart], affine },
    axes,
    fieldOfView: {
      center: [center[0], center[1]],
      radius: outsideChance < 0.65 ? view / 2 : Number.POSITIVE_INFINITY,
      outside: outsideChance < 0.35 ? -3024 : -1024
    }
  }
}
