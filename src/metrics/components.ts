import type { Vec3 } from "../volume/volume.ts"
import { type Box, boundingBox, vec3 } from "./box.ts"
import { type Prediction, requireFilled } from "./mask.ts"
import { type Neighbourhood, type Reach, reachOf } from "./neighbourhood.ts"

/**
 * The connected components of a mask, as runs: stretches of voxels along the first axis. Components are numbered from 0 by
 * their first voxel in memory.
 */
export interface Components {
  readonly count: number
  readonly shape: Vec3
  /** How many voxels each component has. */
  readonly sizes: Int32Array
  readonly boxes: ReadonlyArray<Box>
  /** First voxel of each run, in ascending order, as an index into the mask. */
  readonly starts: Int32Array
  /** How many voxels each run has. */
  readonly lengths: Int32Array
  /** The component that each run belongs to. */
  readonly ids: Int32Array
}

/**
 * Finds the connected components of a mask in two passes over its runs, with a union-find between them.
 *
 * @throws ShapeError for a mask that does not fill its shape
 * @throws MetricsError for a neighbourhood of another number of dimensions
 * @example
 * ```ts
 * const mask = { voxels: Uint8Array.of(1, 1, 0, 1), shape: [4, 1] } as const
 * components(mask, 4).sizes // => [2, 1]
 * ```
 */
export const components = (mask: Prediction, neighbourhood: Neighbourhood): Components => {
  requireFilled("the mask", mask)
  const shape = vec3(mask.shape)
  const reach = reachOf(neighbourhood, mask.shape.length)
  const box = boundingBox(mask) ?? { lower: [0, 0, 0], shape: [0, 0, 0] }
  const runs = runsOf(mask.voxels, shape, box)
  const parents = unite(runs, box, shape, reach)
  const ids = new Int32Array(parents.length)
  let count = 0
  // A root is the first run of its component, and so numbered before the others.
  for (let run = 0; run < ids.length; run++) ids[run] = parents[run] === run ? count++ : ids[rootOf(parents, run)]
  return { count, shape, starts: runs.starts, lengths: runs.lengths, ids, ...extents(runs, ids, count, shape) }
}

/** The components as an image: 0 outside, component k as k + 1. */
export const labelImage = ({ shape, starts, lengths, ids }: Components): Int32Array => {
  const image = new Int32Array(shape[0] * shape[1] * shape[2])
  for (let run = 0; run < starts.length; run++) image.fill(ids[run] + 1, starts[run], starts[run] + lengths[run])
  return image
}

interface Runs {
  readonly starts: Int32Array
  readonly lengths: Int32Array
  /** Where the runs of each row of the box begin, and where the last end. */
  readonly rows: Int32Array
}

const runsOf = (voxels: Uint8Array, [nx, ny]: Vec3, { lower, shape }: Box): Runs => {
  const starts: Array<number> = []
  const lengths: Array<number> = []
  const rows = new Int32Array(shape[1] * shape[2] + 1)
  for (let row = 0; row < shape[1] * shape[2]; row++) {
    const y = lower[1] + (row % shape[1])
    const z = lower[2] + Math.floor(row / shape[1])
    const end = lower[0] + shape[0] + nx * (y + ny * z)
    for (let i = end - shape[0]; i < end; i++) {
      if (voxels[i] === 0) continue
      const start = i
      while (i < end && voxels[i] !== 0) i++
      starts.push(start)
      lengths.push(i - start)
    }
    rows[row + 1] = starts.length
  }
  return { starts: Int32Array.from(starts), lengths: Int32Array.from(lengths), rows }
}

/** Which run each run hangs on: a forest whose roots are the first runs of the components. */
const unite = ({ starts, lengths, rows }: Runs, box: Box, shape: Vec3, reach: Reach): Int32Array => {
  const [, ny, nz] = box.shape
  const parents = Int32Array.from(starts, (_, run) => run)
  /** Joins the touching runs of two rows; `offset` moves the earlier row onto the later. */
  const join = (row: number, earlier: number, offset: number, slack: number) => {
    let a = rows[earlier]
    let b = rows[row]
    while (a < rows[earlier + 1] && b < rows[row + 1]) {
      const aStart = starts[a] + offset
      const aEnd = aStart + lengths[a]
      const bEnd = starts[b] + lengths[b]
      if (aStart < bEnd + slack && starts[b] < aEnd + slack) {
        const [one, other] = [rootOf(parents, a), rootOf(parents, b)]
        parents[Math.max(one, other)] = Math.min(one, other)
      }
      if (aEnd < bEnd) a++
      else b++
    }
  }
  const nx = shape[0]
  const plane = nx * shape[1]
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const row = y + ny * z
      if (y > 0) join(row, row - 1, nx, reach.beside)
      if (z > 0) join(row, row - ny, plane, reach.beside)
      if (z === 0 || reach.across === undefined) continue
      if (y > 0) join(row, row - ny - 1, plane + nx, reach.across)
      if (y < ny - 1) join(row, row - ny + 1, plane - nx, reach.across)
    }
  }
  return parents
}

const rootOf = (parents: Int32Array, run: number): number => {
  while (parents[run] !== run) {
    parents[run] = parents[parents[run]]
    run = parents[run]
  }
  return run
}

const extents = ({ starts, lengths }: Runs, ids: Int32Array, count: number, [nx, ny]: Vec3) => {
  const sizes = new Int32Array(count)
  const corners = Array.from({ length: count }, () => [Infinity, Infinity, Infinity, -1, -1, -1])
  for (let run = 0; run < starts.length; run++) {
    const x = starts[run] % nx
    const row = (starts[run] - x) / nx
    const y = row % ny
    const z = (row - y) / ny
    const at = corners[ids[run]]
    sizes[ids[run]] += lengths[run]
    at[0] = Math.min(at[0], x)
    at[1] = Math.min(at[1], y)
    at[2] = Math.min(at[2], z)
    at[3] = Math.max(at[3], x + lengths[run])
    at[4] = Math.max(at[4], y + 1)
    at[5] = z + 1
  }
  const boxes = corners.map(
    ([x0, y0, z0, x1, y1, z1]): Box => ({ lower: [x0, y0, z0], shape: [x1 - x0, y1 - y0, z1 - z0] })
  )
  return { sizes, boxes }
}
