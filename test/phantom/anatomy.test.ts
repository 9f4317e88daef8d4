import { expect, it } from "vitest"
import { drawAnatomy } from "../../src/phantom/anatomy.ts"
import { MOST_LAYERS } from "../../src/phantom/canvas.ts"
import { drawPatient } from "../../src/phantom/patient.ts"
import { fold, key } from "../../src/random/index.ts"

const bodies = Array.from({ length: 10 }, (_, i) => {
  const from = fold(key(1), i)
  const patient = drawPatient(from)
  return { patient, anatomy: drawAnatomy(from, patient, { tumorFree: false }) }
})

it("a body has what an abdominal CT shows", () => {
  const names = new Set(bodies[0].anatomy.organs.map(({ name }) => name))
  for (const name of [
    ...["body", "wall", "vertebrae", "discs", "canal", "ribs", "back muscles", "lungs", "heart", "couch"],
    ...["liver", "gall bladder", "spleen", "kidney", "pancreas", "stomach", "small bowel", "colon"],
    ...["aorta", "vena cava", "portal vein", "portal branches", "hepatic veins", "tumor 0"]
  ]) {
    expect(names, name).toContain(name)
  }
})

it("no organ has more layers than a canvas holds", () => {
  for (const { anatomy } of bodies) {
    for (const { layers } of anatomy.organs) expect(layers.length).toBeLessThanOrEqual(MOST_LAYERS)
  }
})

it("tumours lie in the liver, and the neighbours that press into it do not", () => {
  for (const { anatomy } of bodies) {
    const solidsOf = (name: string) => anatomy.organs.filter((organ) => organ.name === name).flatMap((o) => o.solids)
    const [liver] = solidsOf("liver")
    for (const { center } of anatomy.tumors) expect(liver.distance(...center)).toBeLessThan(0)
    const [rightKidney] = solidsOf("kidney")
    const [gallBladder] = solidsOf("gall bladder")
    for (const { low, high } of [rightKidney.bounds, gallBladder.bounds]) {
      const middle = [0, 1, 2].map((axis) => (low[axis] + high[axis]) / 2) as [number, number, number]
      expect(liver.distance(...middle)).toBeGreaterThan(5)
    }
  }
})

it("a body without tumours has the same organs otherwise", () => {
  const { patient } = bodies[3]
  const names = (tumorFree: boolean) =>
    drawAnatomy(fold(key(1), 3), patient, { tumorFree }).organs.map(({ name }) => name)
  expect(names(true)).toEqual(names(false).filter((name) => !name.startsWith("tumor")))
})
