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
 * @example
 * ```ts
 * nearestDistances(Int32Array.of(0), Int32Array.of(5), [3, 2, 1], [3, 4, 1]) // => [7.211102550927978], of (2, 1, 0)
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
  const squares = Float64Array.from({ length: nz }, (_, steps) => (steps * sz) ** 2)
  const envelope = lowerEnvelope(ny, sy)
  for (let z = firstPlane; z <= lastPlane; z++) {
    for (let x = 0; x < nx; x++) {
      const column = x + nx * ny * z
      envelope.clear()
      for (let y = 0, i = column; y < ny; y++, i += nx) {
        if (alongZ[i] !== NONE) envelope.add(y, squares[alongZ[i]])
      }
      envelope.fill(nearest, column, nx)
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
  const inPlane = new Float64Array(nx)
  const envelope = lowerEnvelope(nx, sx)
  for (let q = 0; q < queries.length; ) {
    const row = queries[q] - (queries[q] % nx)
    const y = (row / nx) % ny
    const planeRow = row - y * nx
    envelope.clear()
    for (let x = 0; x < nx; x++) {
      const there = nearestY[row + x]
      if (there === NONE) continue
      const steps = alongZ[planeRow + there * nx + x]
      inPlane[x] = ((there - y) * sy) ** 2 + (steps * sz) ** 2
      envelope.add(x, inPlane[x])
    }
    for (envelope.rewind(); q < queries.length && queries[q] < row + nx; q++) {
      const x = queries[q] - row
      const there = envelope.nearest(x)
      distances[q] = Math.sqrt(((there - x) * sx) ** 2 + inPlane[there])
    }
  }
  return distances
}

/**
 * The lower envelope of parabolas of one curvature along a line of `length` points: `add` them by ascending position, then
 * ask by ascending position which is lowest.
 */
const lowerEnvelope = (length: number, spacing: number) => {
  const positions = new Int32Array(length)
  const heights = new Float64Array(length)
  // Parabola k is the lowest from starts[k] on.
  const starts = new Float64Array(length + 1)
  const slopes = Float64Array.from({ length }, (_, apart) => 1 / (2 * spacing * spacing * apart))
  let last = -1
  let at = 0
  return {
    clear: () => {
      last = -1
    },
    add: (position: number, height: number) => {
      let start = -Infinity
      while (last >= 0) {
        const before = positions[last]
        start = (height - heights[last]) * slopes[position - before] + 0.5 * (position + before)
        if (start > starts[last]) break
        last--
        start = -Infinity
      }
      last++
      positions[last] = position
      heights[last] = height
      starts[last] = start
    },
    rewind: () => {
      at = 0
    },
    nearest: (position: number): number => {
      while (at < last && starts[at + 1] < position) at++
      return positions[at]
    },
    /** Writes which is lowest at each point of a line, or that none is. */
    fill: (out: Uint16Array, offset: number, stride: number) => {
      if (last < 0) {
        for (let p = 0, i = offset; p < length; p++, i += stride) out[i] = NONE
        return
      }
      for (let p = 0, i = offset, k = 0; p < length; p++, i += stride) {
        while (k < last && starts[k + 1] < p) k++
        out[i] = positions[k]
      }
    }
  }
}
