import { type Canvas, type Geometry, hull, type Window, windowOf } from "./canvas.ts"
import type { Layer, Organ } from "./organ.ts"
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

/** The window's runs of pixels, row by row: first and end of each. */
const rowsOf = (width: number, { left, right, top, bottom }: Window): ReadonlyArray<readonly [number, number]> =>
  Array.from({ length: bottom - top }, (_, n) => [(top + n) * width + left, (top + n) * width + right] as const)

/** Adds to `plane` which share of each voxel lies deeper than the layer's inset, as `canvas.distance` has it. */
const addShares = (
  { distance, ramp, rows: heights }: Canvas,
  plane: Float32Array,
  { inset = 0, blur = 0, above = Number.NEGATIVE_INFINITY }: Layer,
  runs: ReadonlyArray<readonly [number, number]>,
  { top, pixel, reach, weight }: { top: number; pixel: number; reach: number; weight: number }
): void => {
  const smear = 4 * blur * blur
  // Beyond half of the widest ramp a voxel is wholly in or out.
  const edge = Math.sqrt(reach * reach + smear) / 2
  runs.forEach(([first, end], n) => {
    const share = weight * unit(0.5 + (heights[top + n] - above) / pixel)
    if (share === 0) return
    for (let i = first; i < end; i++) {
      const depth = -distance[i] - inset
      if (depth <= -edge) continue
      plane[i] += depth >= edge ? share : share * unit(0.5 + depth / Math.sqrt(ramp[i] * ramp[i] + smear))
    }
  })
}

/**
 * Paints one organ of the slice at `z` over what is there, and enters liver and tumour into the ground truth. A slice thicker
 * than the organ's detail is averaged over several planes.
 */
export const paint = (canvas: Canvas, organ: Organ, geometry: Geometry, z: number): void => {
  const windows = organ.solids.map(({ bounds }) => windowOf(canvas.moved, geometry, bounds, z))
  const whole = hull(windows)
  if (whole === undefined) return
  const runs = rowsOf(canvas.width, whole)
  const { pixel } = geometry
  const parts = Math.max(1, Math.ceil(geometry.thickness / (organ.detail ?? DETAIL)))
  const thickness = geometry.thickness / parts
  const reach = Math.max(pixel, thickness)
  const deepest = Math.max(...organ.layers.map(({ inset = 0 }) => inset))
  const planes = organ.layers.map((layer, n) => [canvas.layers[n], layer] as const)
  // The ground truth ignores how far a border is smeared.
  if (organ.role === "liver" || organ.role === "tumor") planes.push([canvas.shape, { hu: 0 }])
  const clear = (plane: Float32Array, value: number) => {
    for (const [first, end] of runs) plane.fill(value, first, end)
  }
  for (const [plane] of planes) clear(plane, 0)
  for (let part = 0; part < parts; part++) {
    clear(canvas.distance, FAR)
    clear(canvas.ramp, pixel)
    const offset = ((part + 0.5) / parts - 0.5) * geometry.thickness
    windows.forEach((window, s) => {
      if (window) measure(canvas, organ.solids[s], window, { offset, deepest, pixel, thickness })
    })
    for (const [plane, layer] of planes) {
      addShares(canvas, plane, layer, runs, { top: whole.top, pixel, reach, weight: 1 / parts })
    }
  }
  blend(canvas, organ, runs)
}

const blend = (canvas: Canvas, organ: Organ, runs: ReadonlyArray<readonly [number, number]>): void => {
  const { hu, liver, tumor, grain, shape } = canvas
  const inside = organ.role === "insideLiver" || organ.role === "tumor"
  organ.layers.forEach(({ hu: tissue, grain: texture = 0 }, n) => {
    const shares = canvas.layers[n]
    for (const [first, end] of runs) {
      for (let i = first; i < end; i++) {
        const share = inside ? shares[i] * liver[i] : shares[i]
        if (share > 0) hu[i] += share * (tissue + texture * grain[i] - hu[i])
      }
    }
  })
  if (organ.role !== "liver" && organ.role !== "tumor") return
  const truth = organ.role === "liver" ? liver : tumor
  for (const [first, end] of runs) {
    for (let i = first; i < end; i++) if (shape[i] > truth[i]) truth[i] = shape[i]
  }
}
