import type { Vec3 } from "../volume/index.ts"

/** A corner-to-corner box in millimetres. */
export interface Box {
  readonly low: Vec3
  readonly high: Vec3
}

/** The distance in mm from a point to a surface, negative inside; honest near the surface, a bound far from it. */
export type Distance = (x: number, y: number, z: number) => number

/** A shape in space: where its surface is, and a box that holds it. */
export interface Solid {
  readonly bounds: Box
  readonly distance: Distance
}

/** A box around a centre. */
export const boxAround = ([x, y, z]: Vec3, [rx, ry, rz]: Vec3): Box => ({
  low: [x - rx, y - ry, z - rz],
  high: [x + rx, y + ry, z + rz]
})

/**
 * An ellipsoid; `turn` rotates it about z (radians, x towards y), `lean` moves its centre by (dx, dy) for each mm along z.
 */
export const ellipsoid = (
  center: Vec3,
  radii: Vec3,
  { turn = 0, lean = [0, 0] }: { readonly turn?: number; readonly lean?: readonly [number, number] } = {}
): Solid => {
  const [cx, cy, cz] = center
  const [rx, ry, rz] = radii
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
  const [leanX, leanY] = lean
  return {
    bounds: boxAround(center, [
      Math.hypot(rx * cos, ry * sin) + Math.abs(leanX) * rz,
      Math.hypot(rx * sin, ry * cos) + Math.abs(leanY) * rz,
      rz
    ]),
    distance: (x, y, z) => {
      const dz = z - cz
      const dx = x - cx - leanX * dz
      const dy = y - cy - leanY * dz
      const a = (dx * cos + dy * sin) / rx
      const b = (dy * cos - dx * sin) / ry
      const c = dz / rz
      const norm = Math.sqrt(a * a + b * b + c * c)
      const slope = Math.sqrt((a / rx) ** 2 + (b / ry) ** 2 + (c / rz) ** 2)
      return slope === 0 ? -Math.min(rx, ry, rz) : (norm * (norm - 1)) / slope
    }
  }
}

/** A rod with round ends from `from` to `to`, its radius changing from `start` to `end`. */
export const capsule = (from: Vec3, to: Vec3, start: number, end: number): Solid => {
  const [ax, ay, az] = from
  const [bx, by, bz] = [to[0] - ax, to[1] - ay, to[2] - az]
  const scale = 1 / Math.max(bx * bx + by * by + bz * bz, 1e-9)
  const reach = Math.max(start, end)
  return {
    bounds: {
      low: [Math.min(ax, to[0]) - reach, Math.min(ay, to[1]) - reach, Math.min(az, to[2]) - reach],
      high: [Math.max(ax, to[0]) + reach, Math.max(ay, to[1]) + reach, Math.max(az, to[2]) + reach]
    },
    distance: (x, y, z) => {
      const dx = x - ax
      const dy = y - ay
      const dz = z - az
      const along = Math.min(1, Math.max(0, (dx * bx + dy * by + dz * bz) * scale))
      const ex = dx - along * bx
      const ey = dy - along * by
      const ez = dz - along * bz
      return Math.sqrt(ex * ex + ey * ey + ez * ez) - start - along * (end - start)
    }
  }
}

/** A chain of rods through points, with a radius at each. */
export const tube = (points: ReadonlyArray<readonly [Vec3, number]>): ReadonlyArray<Solid> =>
  points.slice(1).map(([to, end], i) => capsule(points[i][0], to, points[i][1], end))

/** max(a, b) with its corner rounded over `radius` mm: the intersection of two shapes. */
export const roundMax = (a: number, b: number, radius: number): number => {
  const h = radius - Math.abs(a - b)
  return h <= 0 ? Math.max(a, b) : Math.max(a, b) + (h * h) / (4 * radius)
}

/** min(a, b) with its corner rounded over `radius` mm: the union of two shapes. */
export const roundMin = (a: number, b: number, radius: number): number => -roundMax(-a, -b, radius)

/** What two shapes share. */
export const intersect = (solid: Solid, distance: Distance, radius = 3): Solid => ({
  bounds: solid.bounds,
  distance: (x, y, z) => roundMax(solid.distance(x, y, z), distance(x, y, z), radius)
})
