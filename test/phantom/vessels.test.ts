import { expect, it } from "vitest"
import { drawContrast } from "../../src/phantom/contrast.ts"
import { ellipsoid } from "../../src/phantom/solid.ts"
import { greatVessels, liverVessels } from "../../src/phantom/vessels.ts"
import { key } from "../../src/random/index.ts"

const contrast = drawContrast(key(1))
const liver = ellipsoid([70, 0, 20], [70, 80, 80])

it("portal and hepatic veins branch into many twigs that thin out", () => {
  for (const { solids } of liverVessels(key(2), contrast, liver)) {
    const thickness = solids.map(({ bounds: { low, high } }) => Math.min(...low.map((l, axis) => high[axis] - l)))
    expect(solids.length).toBeGreaterThan(20)
    expect(Math.min(...thickness)).toBeLessThan(5)
    expect(Math.max(...thickness)).toBeGreaterThan(8)
  }
})

it("the aorta lies left of the midline before the spine, the vena cava right", () => {
  const at = (name: string, x: number, y: number) =>
    Math.min(
      ...greatVessels(contrast).flatMap((o) => (o.name === name ? o.solids.map((s) => s.distance(x, y, 0)) : []))
    )
  expect(at("aorta", -8, -22)).toBeLessThan(0)
  expect(at("vena cava", 23, -20)).toBeLessThan(0)
})
