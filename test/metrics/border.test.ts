import { expect, it } from "vitest"
import { type Edges, packBits } from "../../src/metrics/bitRows.ts"
import { border } from "../../src/metrics/border.ts"
import { vec3 } from "../../src/metrics/box.ts"
import type { Mask, Neighbourhood } from "../../src/metrics/index.ts"
import { boxMask, drawing, solid } from "../support/masks.ts"

const borderOf = (mask: Mask, neighbourhood: Neighbourhood, edges: Edges = "background") => {
  const whole = { lower: [0, 0, 0], shape: vec3(mask.shape) } as const
  return [...border(packBits(mask, whole, edges), neighbourhood, mask.shape.length)]
}

it("the border of a square is its rim", () => {
  const square = drawing([".....", ".###.", ".###.", ".###.", "....."])
  expect(borderOf(square, 4)).toEqual([6, 7, 8, 11, 13, 16, 17, 18])
})

it("a voxel that only touches the outside by a corner is border by the 8-neighbourhood alone", () => {
  const notched = drawing(["####", "####", "####", "###."])
  const [byEdges, byCorners] = [borderOf(notched, 4), borderOf(notched, 8)]
  expect(byCorners.filter((i) => !byEdges.includes(i))).toEqual([10])
})

it("faces, edges and corners of a cube's notch tell 6, 18 and 26 neighbours apart", () => {
  const inside = (x: number, y: number, z: number) => x > 0 && y > 0 && z > 0 && x < 6 && y < 6 && z < 6
  const at = (x: number, y: number, z: number) => x + 7 * (y + 7 * z)
  const without = (a: number, b: number, c: number) =>
    solid([7, 7, 7], (x, y, z) => inside(x, y, z) && !(x === a && y === b && z === c))
  // (3, 3, 3) is the innermost voxel: removing a neighbour across a face, an edge or a corner makes it border.
  const isBorder = (mask: Mask, n: Neighbourhood) => borderOf(mask, n).includes(at(3, 3, 3))
  expect(([6, 18, 26] as const).map((n) => isBorder(without(3, 3, 4), n))).toEqual([true, true, true])
  expect(([6, 18, 26] as const).map((n) => isBorder(without(3, 4, 2), n))).toEqual([false, true, true])
  expect(([6, 18, 26] as const).map((n) => isBorder(without(4, 3, 2), n))).toEqual([false, true, true])
  expect(([6, 18, 26] as const).map((n) => isBorder(without(2, 4, 4), n))).toEqual([false, false, true])
})

it("a mask that fills the image has a border there, unless the edges continue", () => {
  const full = boxMask([4, 4, 4], [0, 0, 0], [4, 4, 4])
  expect(borderOf(full, 6)).toHaveLength(4 ** 3 - 2 ** 3)
  for (const n of [6, 18, 26] as const) expect(borderOf(full, n, "continued")).toEqual([])
})

it("where edges continue, a mask cut by the image keeps the border that it has within", () => {
  const cut = drawing(["##..", "##..", "...."])
  expect(borderOf(cut, 4)).toEqual([0, 1, 4, 5])
  expect(borderOf(cut, 4, "continued")).toEqual([1, 4, 5])
})

it("rows longer than a word have no seams", () => {
  for (const nx of [29, 30, 31, 32, 33, 62, 63, 64, 65]) {
    const slab = solid([nx, 3, 3], () => true)
    expect(borderOf(slab, 26)).toHaveLength(9 * nx - (nx - 2))
    expect(borderOf(slab, 26, "continued")).toEqual([])
  }
})
