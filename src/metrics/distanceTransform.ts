import type { Vec3 } from "../volume/volume.ts"
import { MetricsError } from "./mask.ts"

/** Points that no line reaches. Distances along an axis fit 16 bits, which is what makes a pass over a volume cheap. */
const NONE = 0xffff

/**
 * The exact Euclidean distance (in the unit of `spacing`) from each query to its nearest seed, on a lattice of `shape`.
 * Seeds and queries are indices x + nx (y + ny z); queries ascend. Without a seed every distance is infinite.
 *
 * Separable, as Felzenszwalb and Huttenlocher (Theory of Computing 8, 2012): the nearest seed along z, then along y by the
 * lower envelope of the parabolas (s_y (y - v))^2 + f(v), then along x, only in rows that hold a query. Each pass keeps
 * which point is nearest rather than how far it is, so that a distance is computed once, in float64, from whole numbers of
 * voxels. Time is linear in the lattice, whatever the spacing.
 *
 * @throws MetricsError for an axis of 65535 points or more
 * @example
 * ```ts
 * nearestDistances(Int32Array.of(0), Int32Array.of(5), [3, 2, 1], [3, 4, 1]) // => [7.211102550927978]
 * ```
 */
export const nearestDistances = (seeds: Int32Array, queries: Int32Array, shape: Vec3, spacing: Vec3): Float64Array => {
  if (Math.max(...shape) >= NONE) {
    throw new MetricsError({
      what: `a lattice of ${shape.join(" x ")}`,
      reason: `an axis must be shorter than ${NONE}`
    })
  }
  if (seeds.length === 0 || queries.length === 0) return new Float64Array(queries.length).fill(Infinity)
  const plane = shape[0] * shape[1]
  const alongZ = nearestAlongZ(seeds, shape)
  const firstPlane = Math.floor(queries[0] / plane)
  const lastPlane = Math.floor(queries[queries.length - 1] / plane)
  const nearestY = nearestInPlanes(alongZ, shape, spacing, firstPlane, lastPlane)
  return distancesAlongX(queries, alongZ, nearestY, shape, spacing)
}

/** How many voxels away along z the nearest seed is. */
const nearestAlongZ = (seeds: Int32Array, [nx, ny, nz]: Vec3): Uint16Array => {
  const plane = nx * ny
  const steps = new Uint16Array(plane * nz).fill(NONE)
  for (const seed of seeds) steps[seed] = 0
  for (let i = plane; i < steps.length; i++) {
    const next = steps[i - plane] + 1
    if (next < steps[i]) steps[i] = next
  }
  for (let i = steps.length - plane - 1; i >= 0; i--) {
    const next = steps[i + plane] + 1
    if (next < steps[i]) steps[i] = next
  }
  return steps
}

/** Which y of its plane each point is nearest to, given how far each is from a seed along z. */
const nearestInPlanes = (
  alongZ: Uint16Array,
  [nx, ny, nz]: Vec3,
  [, sy, sz]: Vec3,
  firstPlane: number,
  lastPlane: number
): Uint16Array => {
  const nearest = new Uint16Array(alongZ.length)
  const squares = new Float64Array(NONE + 1).fill(Infinity)
  for (let steps = 0; steps < nz; steps++) squares[steps] = (steps * sz) ** 2
  const line = makeLine(ny, sy)
  for (let z = firstPlane; z <= lastPlane; z++) {
    for (let x = 0; x < nx; x++) {
      const column = x + nx * ny * z
      for (let y = 0, i = column; y < ny; y++, i += nx) line.heights[y] = squares[alongZ[i]]
      const lowest = envelope(line)
      for (let k = 0, y = 0, i = column; k < lowest; k++) {
        const position = line.positions[k]
        for (const end = line.ends[k]; y <= end; y++, i += nx) nearest[i] = position
      }
      if (lowest === 0) for (let y = 0, i = column; y < ny; y++, i += nx) nearest[i] = NONE
    }
  }
  return nearest
}

const distancesAlongX = (
  queries: Int32Array,
  alongZ: Uint16Array,
  nearestY: Uint16Array,
  [nx, ny]: Vec3,
  [sx, sy, sz]: Vec3
): Float64Array => {
  const distances = new Float64Array(queries.length)
  const line = makeLine(nx, sx)
  const { heights, positions, ends } = line
  for (let q = 0; q < queries.length; ) {
    const row = queries[q] - (queries[q] % nx)
    const y = (row / nx) % ny
    const planeRow = row - y * nx
    for (let x = 0; x < nx; x++) {
      const there = nearestY[row + x]
      heights[x] = there === NONE ? Infinity : ((there - y) * sy) ** 2 + (alongZ[planeRow + there * nx + x] * sz) ** 2
    }
    envelope(line)
    for (let k = 0; q < queries.length && queries[q] < row + nx; q++) {
      const x = queries[q] - row
      while (ends[k] < x) k++
      distances[q] = Math.sqrt(((positions[k] - x) * sx) ** 2 + heights[positions[k]])
    }
  }
  return distances
}

/** Points on a line, parabolas on them, and room for their lower envelope; used again from line to line. */
interface Line {
  /** Of the parabola on each point; infinite where there is none. */
  readonly heights: Float64Array
  /** Of the parabolas in the envelope, in order, and the last point at which each is the lowest. */
  readonly positions: Int32Array
  readonly ends: Int32Array
  readonly starts: Float64Array
  /** 1 / (2 s^2 n) for parabolas n points apart. */
  readonly slopes: Float64Array
}

const makeLine = (length: number, spacing: number): Line => ({
  heights: new Float64Array(length),
  positions: new Int32Array(length),
  ends: new Int32Array(length),
  starts: new Float64Array(length),
  slopes: Float64Array.from({ length }, (_, apart) => 1 / (2 * spacing * spacing * apart))
})

/** Finds the lower envelope of the parabolas (s (x - position))^2 + height, and says of how many it is made. */
const envelope = ({ heights, positions, ends, starts, slopes }: Line): number => {
  const length = heights.length
  let last = -1
  for (let position = 0; position < length; position++) {
    const height = heights[position]
    if (height === Infinity) continue
    let start = -Infinity
    while (last >= 0) {
      const before = positions[last]
      start = (height - heights[before]) * slopes[position - before] + 0.5 * (position + before)
      if (start > starts[last]) break
      last--
      start = -Infinity
    }
    last++
    positions[last] = position
    starts[last] = start
  }
  for (let k = 0; k < last; k++) ends[k] = Math.min(Math.max(Math.floor(starts[k + 1]), -1), length - 1)
  if (last >= 0) ends[last] = length - 1
  return last + 1
}
