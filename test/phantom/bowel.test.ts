import { expect, it } from "vitest"
import { bowel } from "../../src/phantom/bowel.ts"
import { drawContrast } from "../../src/phantom/contrast.ts"
import { key } from "../../src/random/index.ts"

it("the bowel has a wall around its content, and gas in some of its loops", () => {
  const loops = bowel(key(2), drawContrast(key(1)))
  for (const { layers } of loops) expect(layers[1].inset).toBeGreaterThan(layers[0].inset ?? 0)
  const withGas = loops.filter(({ layers }) => layers.some(({ hu }) => hu < -800)).length
  expect(withGas).toBeGreaterThan(0)
  expect(withGas).toBeLessThan(loops.length)
})
