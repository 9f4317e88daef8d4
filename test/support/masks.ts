import type { Mask } from "../../src/metrics/index.ts"

/** A 2-D mask drawn in text, one row a line: "#" is inside. Spacing is (row, column), as a slice has it. */
export const drawing = (rows: ReadonlyArray<string>, [row, column]: readonly [number, number] = [1, 1]): Mask => ({
  voxels: Uint8Array.from(rows.join(""), (pixel) => (pixel === "#" ? 1 : 0)),
  shape: [rows[0].length, rows.length],
  spacing: [column, row]
})

type Numbers3 = readonly [number, number, number]

/** A 3-D mask of all voxels of which a predicate is true. */
export const solid = (
  shape: Numbers3,
  inside: (x: number, y: number, z: number) => boolean,
  spacing: Numbers3 = [1, 1, 1]
): Mask => {
  const voxels = new Uint8Array(shape[0] * shape[1] * shape[2])
  for (let i = 0; i < voxels.length; i++) {
    const row = Math.floor(i / shape[0])
    voxels[i] = inside(i % shape[0], row % shape[1], Math.floor(row / shape[1])) ? 1 : 0
  }
  return { voxels, shape, spacing }
}

/** A box of voxels, `from` inclusive, `to` exclusive. */
export const boxMask = (shape: Numbers3, from: Numbers3, to: Numbers3, spacing?: Numbers3): Mask =>
  solid(shape, (...at) => at.every((p, axis) => p >= from[axis] && p < to[axis]), spacing)
