import { fold, type Key } from "../random/index.ts"
import { type ImageVolume, LABEL, type LabelVolume } from "../volume/index.ts"
import { type Canvas, type Geometry, makeCanvas } from "./canvas.ts"
import { type Field, smoothField } from "./field.ts"
import { sliceNoise } from "./noise.ts"
import type { Organ } from "./organ.ts"
import { paint } from "./paint.ts"
import type { Patient } from "./patient.ts"
import { type Axis, positions, type Scan } from "./scan.ts"
import type { Box } from "./solid.ts"

const AIR = -1000
const SEEN_AS_AIR = -950
const LOWEST = -1024
const HIGHEST = 3071

/** Standard deviation and lattice in mm of the smooth warp that bends every patient's anatomy a little. */
const WARP = { sd: 3.2, spacing: 70 }

/** Lattice in mm of the texture of tissues. */
const GRAIN = 6

/** Share of the noise that is seen in the air around the patient, where little of the beam is absorbed. */
const NOISE_IN_AIR = 0.5

const inTemplate = ({ start, step, count }: Axis, scale: number): Axis => ({
  start: start / scale,
  step: step / scale,
  count
})

const extent = ({ start, step, count }: Axis, margin: number): readonly [number, number] => {
  const end = start + step * (count - 1)
  return [Math.min(start, end) - margin, Math.max(start, end) + margin]
}

const boxOf = (axes: readonly [Axis, Axis, Axis], margin: number): Box => {
  const [x, y, z] = axes.map((axis) => extent(axis, margin))
  return { low: [x[0], y[0], z[0]], high: [x[1], y[1], z[1]] }
}

const warpOf = (from: Key, box: Box): readonly [Field, Field, Field] => [
  smoothField(fold(from, "x"), box, WARP.spacing),
  smoothField(fold(from, "y"), box, WARP.spacing),
  smoothField(fold(from, "z"), box, WARP.spacing)
]

/** Finds where the slice's pixels lie in the template. */
const locate = (
  { x, y, z, width, height, moved }: Canvas,
  warp: readonly [Field, Field, Field],
  at: {
    readonly xs: Float64Array
    readonly ys: Float64Array
    readonly z: number
  }
): void => {
  const planes = [x, y, z]
  warp.forEach((field, axis) => {
    const shift = planes[axis]
    field.plane(at.xs, at.ys, at.z, shift)
    let least = 0
    let most = 0
    for (let i = 0; i < shift.length; i++) {
      if (shift[i] < least) least = shift[i]
      else if (shift[i] > most) most = shift[i]
    }
    moved.least[axis] = WARP.sd * least
    moved.most[axis] = WARP.sd * most
  })
  for (let j = 0, i = 0; j < height; j++) {
    for (let column = 0; column < width; column++, i++) {
      x[i] = at.xs[column] + WARP.sd * x[i]
      y[i] = at.ys[j] + WARP.sd * y[i]
      z[i] = at.z + WARP.sd * z[i]
    }
  }
}

/** 1 where a pixel lies outside the circle that the scanner reconstructs. */
const outsideView = ({ axes, fieldOfView: { center, radius } }: Scan): Uint8Array => {
  const [xs, ys] = [positions(axes[0]), positions(axes[1])]
  return Uint8Array.from({ length: xs.length * ys.length }, (_, i) => {
    const [x, y] = [xs[i % xs.length] - center[0], ys[Math.floor(i / xs.length)] - center[1]]
    return x * x + y * y > radius * radius ? 1 : 0
  })
}

/**
 * Scans a patient: paints the organs slice by slice onto the scan's grid, adds noise, and labels what is liver or tumour to at
 * least one half.
 */
export const render = (
  from: Key,
  patient: Patient,
  organs: ReadonlyArray<Organ>,
  scan: Scan
): { readonly image: ImageVolume; readonly labels: LabelVolume } => {
  const [sx, sy, sz] = patient.scale
  const axes = [inTemplate(scan.axes[0], sx), inTemplate(scan.axes[1], sy), inTemplate(scan.axes[2], sz)] as const
  const warp = warpOf(fold(from, "warp"), boxOf(axes, 0))
  const grain = smoothField(fold(from, "grain"), boxOf(axes, 0), GRAIN)
  const geometry: Geometry = {
    axes,
    pixel: Math.abs(axes[0].step + axes[1].step * Math.sign(axes[0].step * axes[1].step)) / 2,
    thickness: axes[2].step
  }
  const canvas = makeCanvas(axes)
  const { width, height, hu, liver, tumor } = canvas
  const [xs, ys, zs] = axes.map(positions)
  const size = width * height
  const image = new Int16Array(size * zs.length)
  const labels = new Uint8Array(size * zs.length)
  const outside = outsideView(scan)
  const { outside: padding } = scan.fieldOfView
  const sigma = patient.kernel / scan.grid.spacing[0]

  zs.forEach((z, slice) => {
    locate(canvas, warp, { xs, ys, z })
    grain.plane(xs, ys, z, canvas.grain)
    hu.fill(AIR)
    liver.fill(0)
    tumor.fill(0)
    for (const organ of organs) paint(canvas, organ, geometry, z)
    const noise = sliceNoise(fold(from, "noise", slice), width, height, sigma)
    for (let i = 0, at = slice * size; i < size; i++, at++) {
      const sd = hu[i] < SEEN_AS_AIR ? patient.noise * NOISE_IN_AIR : patient.noise
      const value = Math.floor(hu[i] + sd * noise[i] + 0.5)
      image[at] = outside[i] === 1 ? padding : value < LOWEST ? LOWEST : value > HIGHEST ? HIGHEST : value
      if (liver[i] >= 0.5) labels[at] = tumor[i] >= 0.5 ? LABEL.tumor : LABEL.liver
    }
  })
  return {
    image: { kind: "image", voxels: image, ...scan.grid },
    labels: { kind: "labels", voxels: labels, ...scan.grid }
  }
}
