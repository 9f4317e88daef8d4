import { expect, it } from "vitest"
import { components, labelImage } from "../../src/metrics/index.ts"
import { drawing, solid } from "../support/masks.ts"

it("components are numbered by their first voxel", () => {
  const found = components(drawing(["..#.", "#.#.", "#..#"]), 4)
  expect([...labelImage(found)]).toEqual([0, 0, 1, 0, 2, 0, 1, 0, 2, 0, 0, 3])
  expect([...found.sizes]).toEqual([2, 2, 1])
})

it("a diagonal joins by 8 neighbours and not by 4", () => {
  const diagonal = drawing(["#..", ".#.", "..#"])
  expect(components(diagonal, 4).count).toBe(3)
  expect(components(diagonal, 8).count).toBe(1)
})

it("two voxels that share an edge join by 18, a corner by 26", () => {
  const pair = (x: number, y: number, z: number) =>
    solid([3, 3, 3], (a, b, c) => (a === 1 && b === 1 && c === 1) || (a === x && b === y && c === z))
  const counts = (x: number, y: number, z: number) =>
    ([6, 18, 26] as const).map((neighbourhood) => components(pair(x, y, z), neighbourhood).count)
  expect(counts(1, 0, 1)).toEqual([1, 1, 1])
  expect(counts(1, 1, 2)).toEqual([1, 1, 1])
  expect(counts(2, 0, 1)).toEqual([2, 1, 1])
  expect(counts(0, 1, 2)).toEqual([2, 1, 1])
  expect(counts(1, 0, 2)).toEqual([2, 1, 1])
  expect(counts(1, 2, 2)).toEqual([2, 1, 1])
  expect(counts(2, 0, 2)).toEqual([2, 2, 1])
  expect(counts(0, 2, 2)).toEqual([2, 2, 1])
})

it("arms that meet late are one component from the start", () => {
  const comb = drawing(["#.#.#.#", "#.#.#.#", "#######"])
  const found = components(comb, 4)
  expect(found.count).toBe(1)
  expect(found.boxes).toEqual([{ lower: [0, 0, 0], shape: [7, 3, 1] }])
})

it("a spiral is one component", () => {
  const spiral = drawing(["#######", "......#", "#####.#", "#...#.#", "#.###.#", "#.....#", "#######"])
  expect(components(spiral, 4).count).toBe(1)
})

it("the end of a row and the start of the next do not touch", () => {
  expect(components(drawing(["...#", "#...", "...#"]), 8).count).toBe(3)
})

it("an object away from the image's corner is found whole", () => {
  const inside = (x: number, y: number, z: number) => x > 3 && x < 8 && y > 1 && y < 5 && z > 2 && z < 6
  const found = components(solid([11, 9, 8], inside), 6)
  expect([...found.sizes]).toEqual([36])
  expect(found.boxes).toEqual([{ lower: [4, 2, 3], shape: [4, 3, 3] }])
})

it("an empty mask has none", () => {
  const found = components(drawing(["..", ".."]), 4)
  expect([found.count, found.starts.length, found.boxes.length]).toEqual([0, 0, 0])
})
