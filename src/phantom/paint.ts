import { type Canvas, type Geometry, hull, type Window, windowOf } from "./canvas.ts"
import type { Organ } from "./organ.ts"
import type { Solid } from "./solid.ts"

/** Farther than any surface. */
const FAR = 1e4

/** Default thickness in mm above which a slice is sampled more than once. */
const DETAIL = 6

const unit = (value: number): number => (value < 0 ? 0 : value > 1 ? 1 : value)

/**
 * Distances from the pixels of a window, `offset` mm above the slice's middle, to one solid, where it is the nearest so far. A
 * border blends over the extent of a voxel along its normal: a steep one over the pixel, a flat one over the thickness.
 */
const measure = (
  { width, x, y, z, distance, ramp }: Canvas,
  solid: Solid,
  window: Window,
  { offset, deepest, pixel, thickness }: { offset: number; deepest: number; pixel: number; thickness: number }
): void => {
  const surface = solid.distance
  const reach = Math.max(pixel, thickness)
  const half = thickness / 2
  for (let j = window.top; j < window.bottom; j++) {
    for (let i = j * width + window.left, end = j * width + window.right; i < end; i++) {
      const pz = z[i] + offset
      const d = surface(x[i], y[i], pz)
      if (d >= distance[i]) continue
      distance[i] = d
      if (d < reach && d > -deepest - reach) {
        const rise = (surface(x[i], y[i], pz + half) - d) / half
        const steep = Math.min(1, rise * rise)
        ramp[i] = Math.sqrt(pixel * pixel * (1 - steep) + thickness * thickness * steep)
      }
    }
  }
}

/** Sums up which share of each voxel lies within the organ and within each of its layers. */
const cover = (canvas: Canvas, organ: Organ, geometry: Geometry, whole: Window, z: number): void => {
  const { width, distance, ramp, shape, layers, rows } = canvas
  const parts = Math.max(1, Math.ceil(geometry.thickness / (organ.detail ?? DETAIL)))
  const thickness = geometry.thickness / parts
  const deepest = Math.max(...organ.layers.map(({ inset = 0 }) => inset))
  const windows = organ.solids.map(({ bounds }) => windowOf(canvas.moved, geometry, bounds, z))
  const planes = organ.layers.map((layer, n) => [layers[n], layer] as const)
  // The ground truth ignores how far a border is smeared.
  if (organ.role === "liver" || organ.role === "tumor") planes.push([shape, { hu: 0 }])
  for (const [plane] of planes) {
    for (let j = whole.top; j < whole.bottom; j++) plane.fill(0, j * width + whole.left, j * width + whole.right)
  }
  for (let part = 0; part < parts; part++) {
    for (let j = whole.top; j < whole.bottom; j++) {
      distance.fill(FAR, j * width + whole.left, j * width + whole.right)
      ramp.fill(geometry.pixel, j * width + whole.left, j * width + whole.right)
    }
    const offset = ((part + 0.5) / parts - 0.5) * geometry.thickness
    windows.forEach((window, s) => {
      if (window) measure(canvas, organ.solids[s], window, { offset, deepest, pixel: geometry.pixel, thickness })
    })
    for (const [plane, { inset = 0, blur = 0, above = Number.NEGATIVE_INFINITY }] of planes) {
      for (let j = whole.top; j < whole.bottom; j++) {
        const share = unit(0.5 + (rows[j] - above) / geometry.pixel) / parts
        if (share === 0) continue
        for (let i = j * width + whole.left, end = j * width + whole.right; i < end; i++) {
          const depth = -distance[i] - inset
          if (depth < -FAR / 2) continue
          const soft = blur === 0 ? ramp[i] : Math.sqrt(ramp[i] * ramp[i] + 4 * blur * blur)
          plane[i] += share * unit(0.5 + depth / soft)
        }
      }
    }
  }
}

/** Paints one organ of the slice at `z` over what is there, and enters liver and tumour into the ground truth. */
export const paint = (canvas: Canvas, organ: Organ, geometry: Geometry, z: number): void => {
  const whole = hull(organ.solids.map(({ bounds }) => windowOf(canvas.moved, geometry, bounds, z)))
  if (whole === undefined) return
  cover(canvas, organ, geometry, whole, z)
  const { width, hu, liver, tumor, grain, shape, layers } = canvas
  const { role } = organ
  const inside = role === "insideLiver" || role === "tumor"
  for (let j = whole.top; j < whole.bottom; j++) {
    for (let i = j * width + whole.left, end = j * width + whole.right; i < end; i++) {
      if (inside && liver[i] === 0) continue
      const most = inside ? liver[i] : 1
      for (let n = 0; n < organ.layers.length; n++) {
        const share = layers[n][i] * most
        if (share === 0) continue
        const layer = organ.layers[n]
        hu[i] += share * (layer.hu + (layer.grain ?? 0) * grain[i] - hu[i])
      }
      if (role === "liver") liver[i] = shape[i]
      else if (role === "tumor" && shape[i] > tumor[i]) tumor[i] = shape[i]
    }
  }
}
