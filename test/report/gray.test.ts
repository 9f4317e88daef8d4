import { expect, it } from "vitest"
import { gray } from "../../src/report/gray.ts"

it("maps [0, 1] onto all levels of either depth", () => {
  const pixels = Float32Array.of(-1, 0, 0.5, 1, 2)
  expect([...gray({ height: 1, width: 5, pixels }).data]).toEqual([0, 0, 128, 255, 255])
  expect([...gray({ height: 1, width: 5, pixels }, 16).data]).toEqual([0, 0, 32768, 65535, 65535])
})
