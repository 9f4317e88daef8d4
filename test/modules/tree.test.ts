import { expect, it } from "vitest"
import { flatten, mapTree } from "../../src/modules/tree.ts"

const isNumber = (node: unknown): node is number => typeof node === "number"
const tree = { a: 1, b: [{ c: 2 }, [3, 4]] }

it("names every leaf by its path", () => {
  expect(flatten<number>(tree, isNumber)).toEqual([
    ["a", 1],
    ["b.0.c", 2],
    ["b.1.0", 3],
    ["b.1.1", 4]
  ])
})

it("takes a leaf alone, or nothing at all, for a tree", () => {
  expect(flatten<number>(7, isNumber)).toEqual([["", 7]])
  expect(flatten<number>({ empty: [] }, isNumber)).toEqual([])
})

it("maps leaves and keeps records records and arrays arrays", () => {
  expect(mapTree<number, string>(tree, isNumber, (leaf, path) => `${path}=${leaf}`)).toEqual({
    a: "a=1",
    b: [{ c: "b.0.c=2" }, ["b.1.0=3", "b.1.1=4"]]
  })
})
