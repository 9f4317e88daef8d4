import { expect, it } from "vitest"
import { barLength } from "../../../src/report/pictures/scaleBar.ts"

it("is the longest round length in a third of the width", () => {
  expect([400, 150, 149, 3, 0.01].map(barLength)).toEqual([100, 50, 20, 1, 0.1])
})
