import { expect, it } from "vitest"
import { reachOf } from "../../src/metrics/neighbourhood.ts"

it("a neighbourhood has as many neighbours as its name says", () => {
  for (const neighbourhood of [4, 8, 6, 18, 26] as const) {
    const dimensions = neighbourhood === 4 || neighbourhood === 8 ? 2 : 3
    const { beside, across } = reachOf(neighbourhood, dimensions)
    const inRow = (reach: 0 | 1 | undefined) => (reach === undefined ? 0 : 1 + 2 * reach)
    const rowsBeside = dimensions === 2 ? 2 : 4
    expect(2 + rowsBeside * inRow(beside) + 4 * inRow(across)).toBe(neighbourhood)
  }
})

it("a neighbourhood of the other number of dimensions is refused", () => {
  expect(() => reachOf(4, 3)).toThrow("the 4-neighbourhood: a 3-D mask has 6, 18 or 26 neighbours")
  expect(() => reachOf(26, 2)).toThrow("the 26-neighbourhood: a 2-D mask has 4 or 8 neighbours")
})
