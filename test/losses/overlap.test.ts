import "@tensorflow/tfjs-backend-cpu"
import { tensor } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { total } from "../../src/losses/overlap.ts"

it("sums over space, and over the batch only when pooled, in 2-D and 3-D", () => {
  const values = [1, 2, 3, 4, 5, 6, 7, 8]
  for (const space of [
    [1, 2],
    [2, 1, 1]
  ]) {
    const x = tensor(values, [2, ...space, 2])
    expect(total(x, "perImage").arraySync()).toEqual([
      [4, 6],
      [12, 14]
    ])
    expect(total(x, "pooled").arraySync()).toEqual([16, 20])
  }
})
