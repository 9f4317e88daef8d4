import { expect, it } from "vitest"
import { drawContrast } from "../../src/phantom/contrast.ts"
import { cavityDistance } from "../../src/phantom/trunk.ts"
import { viscera } from "../../src/phantom/viscera.ts"
import { key } from "../../src/random/index.ts"

const contrast = drawContrast(key(1))
const organs = viscera(key(1), contrast)
const named = (name: string) => organs.filter((organ) => organ.name === name)

it("kidneys lie on both sides, the right one lower; spleen and stomach left, the gall bladder right", () => {
  const middle = (name: string, n = 0) => {
    const { low, high } = named(name)[n].solids[0].bounds
    return low.map((l, axis) => (l + high[axis]) / 2)
  }
  expect(middle("kidney", 0)[0]).toBeGreaterThan(40)
  expect(middle("kidney", 1)[0]).toBeLessThan(-40)
  expect(middle("kidney", 0)[2]).toBeLessThan(middle("kidney", 1)[2])
  expect(middle("spleen")[0]).toBeLessThan(-80)
  expect(middle("stomach")[0]).toBeLessThan(-40)
  expect(middle("gall bladder")[0]).toBeGreaterThan(30)
})

it("the stomach holds air in front of its fluid", () => {
  const [{ layers }] = named("stomach")
  expect(layers.some(({ hu, above }) => hu < -800 && above !== undefined)).toBe(true)
})

it("the spleen keeps within the wall", () => {
  const [{ solids }] = named("spleen")
  for (let x = -140; x < -60; x += 4) {
    for (let y = -90; y < 20; y += 4) {
      if (solids[0].distance(x, y, 20) < 0) expect(cavityDistance(x, y, 20)).toBeLessThan(0)
    }
  }
})
