import { fold, type Key } from "../random/index.ts"
import { bowel } from "./bowel.ts"
import { liverShape } from "./liver.ts"
import type { Organ } from "./organ.ts"
import type { Patient } from "./patient.ts"
import { trunk } from "./trunk.ts"
import { drawTumors, type Tumor, tumorOrgans } from "./tumor.ts"
import { cava, greatVessels, liverVessels } from "./vessels.ts"
import { gallBladder, kidneys, viscera } from "./viscera.ts"

/** A patient's organs in the order in which they are painted, and the tumours among them. */
export interface Anatomy {
  readonly organs: ReadonlyArray<Organ>
  readonly tumors: ReadonlyArray<Tumor>
}

/** Draws the anatomy of one patient. */
export const drawAnatomy = (from: Key, patient: Patient, { tumorFree }: { readonly tumorFree: boolean }): Anatomy => {
  const { contrast } = patient
  const viscus = fold(from, "viscera")
  const shape = liverShape(fold(from, "liver"), [
    ...cava.map((solid) => [solid, -0.8] as const),
    [gallBladder(viscus), 0.6],
    [kidneys(viscus)[0], 4]
  ])
  const scale = Math.cbrt(patient.scale[0] * patient.scale[1] * patient.scale[2])
  const tumors = drawTumors(fold(from, "tumors"), shape, { phase: contrast.phase, scale, none: tumorFree })
  return {
    tumors,
    organs: [
      ...trunk(fold(from, "trunk"), patient),
      ...bowel(fold(from, "bowel"), contrast),
      ...greatVessels(contrast),
      ...viscera(viscus, contrast),
      { name: "liver", solids: [shape], layers: [{ hu: contrast.liver, grain: 5 }], role: "liver" },
      ...liverVessels(fold(from, "vessels"), contrast, shape),
      ...tumorOrgans(fold(from, "tumors"), tumors, contrast.liver, scale)
    ]
  }
}
