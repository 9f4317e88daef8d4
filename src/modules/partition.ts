import { concat, reshape, slice, type Tensor3D, type Tensor4D, transpose } from "@tensorflow/tfjs-core"

/**
 * How a length is cut into `scale` patches. `floor`: steps of floor(length / scale), the last patch longer (AGPCNet's code).
 * `ceil`: steps of ceil(length / scale), the last patch shorter, and fewer patches where the steps use the length up
 * (the paper's text).
 */
export type PartitionRule = "floor" | "ceil"

/** Neighbouring patches of one size. */
export interface Run {
  readonly start: number
  readonly patches: number
  readonly size: number
}

/** The patches of a map, as runs along each axis: at most two, as only the last patch may differ. */
export interface Partition {
  readonly rows: ReadonlyArray<Run>
  readonly columns: ReadonlyArray<Run>
}

/**
 * Cuts a length into patches. A `scale` beyond the length is clamped to it.
 *
 * @example
 * ```ts
 * runs(32, 10, "floor") // => [{ start: 0, patches: 9, size: 3 }, { start: 27, patches: 1, size: 5 }]
 * runs(32, 10, "ceil") // => [{ start: 0, patches: 8, size: 4 }]
 * ```
 */
export const runs = (length: number, scale: number, rule: PartitionRule): ReadonlyArray<Run> => {
  const count = Math.min(scale, length)
  const size = rule === "floor" ? Math.floor(length / count) : Math.ceil(length / count)
  const equal = rule === "floor" ? count - 1 : Math.floor(length / size)
  const rest = length - equal * size
  if (rest === size) return [{ start: 0, patches: equal + 1, size }]
  return [
    { start: 0, patches: equal, size },
    { start: equal * size, patches: 1, size: rest }
  ].filter((run) => run.patches > 0 && run.size > 0)
}

/** The patches of a map of `height` x `width`. */
export const partition = (height: number, width: number, scale: number, rule: PartitionRule): Partition => ({
  rows: runs(height, scale, rule),
  columns: runs(width, scale, rule)
})

/** The whole map as its one patch. */
export const wholeMap = (height: number, width: number): Partition => partition(height, width, 1, "floor")

/** For each row (or column) of the map, the index of its patch. */
export const patchIndices = (axis: ReadonlyArray<Run>): ReadonlyArray<number> => {
  const sizes = axis.flatMap(({ patches, size }) => Array.from({ length: patches }, () => size))
  return sizes.flatMap((size, patch) => Array.from({ length: size }, () => patch))
}

/**
 * Computes on all patches of maps and puts the results together again. Patches of equal size go through `compute` as one
 * batch, so that it runs at most four times, however many patches there are.
 *
 * @param maps [batch, height, width, *], all of one height and width
 * @param compute from the patches of each map, [batch x patches, pixels, *], to [batch x patches, pixels, channels]
 * @returns [batch, height, width, channels]
 */
export const overPatches = <Maps extends ReadonlyArray<Tensor4D>>(
  maps: Maps,
  { rows, columns }: Partition,
  compute: (...patches: { readonly [I in keyof Maps]: Tensor3D }) => Tensor3D
): Tensor4D => {
  const batch = maps[0].shape[0]
  const band = (row: Run) =>
    join(
      columns.map((column) => {
        const patches = maps.map((map) => cut(map, row, column))
        return uncut(compute(...(patches as never)), batch, row, column)
      }),
      2
    )
  return join(rows.map(band), 1)
}

const join = (parts: Array<Tensor4D>, axis: number): Tensor4D => (parts.length === 1 ? parts[0] : concat(parts, axis))

// A region of r x c patches, each h x w: [batch r, h, c, w channels] with the middle axes swapped has a patch's pixels
// side by side.
const cut = (map: Tensor4D, row: Run, column: Run): Tensor3D => {
  const [batch, , , channels] = map.shape
  const [height, width] = [row.patches * row.size, column.patches * column.size]
  const region = slice(map, [0, row.start, column.start, 0], [batch, height, width, channels])
  const lines = reshape(region, [batch * row.patches, row.size, column.patches, column.size * channels])
  const patches = column.patches === 1 ? lines : transpose(lines, [0, 2, 1, 3])
  return reshape(patches, [batch * row.patches * column.patches, row.size * column.size, channels])
}

const uncut = (patches: Tensor3D, batch: number, row: Run, column: Run): Tensor4D => {
  const channels = patches.shape[2]
  const lines = reshape(patches, [batch * row.patches, column.patches, row.size, column.size * channels])
  const region = column.patches === 1 ? lines : transpose(lines, [0, 2, 1, 3])
  return reshape(region, [batch, row.patches * row.size, column.patches * column.size, channels])
}
