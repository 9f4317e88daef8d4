import { fold, integerBetween, type Key, normal, uniform, uniformBetween } from "../random/index.ts"

/** When after the injection the scan was made: LiTS mixes them, most are portal venous. */
export type Phase = "arterial" | "portal" | "late"

/** Attenuation in HU of what the contrast medium changes, in one patient. */
export interface Contrast {
  readonly phase: Phase
  readonly liver: number
  readonly aorta: number
  readonly cava: number
  readonly portalVein: number
  readonly hepaticVein: number
  readonly spleen: number
  readonly cortex: number
  readonly medulla: number
  readonly pelvis: number
  readonly pancreas: number
  readonly bowelWall: number
  readonly muscle: number
}

type Typical = Omit<Contrast, "phase">

const TYPICAL: Readonly<Record<Phase, Typical>> = {
  arterial: {
    liver: 103,
    aorta: 300,
    cava: 95,
    portalVein: 128,
    hepaticVein: 82,
    spleen: 138,
    cortex: 190,
    medulla: 85,
    pelvis: 8,
    pancreas: 115,
    bowelWall: 95,
    muscle: 58
  },
  portal: {
    liver: 130,
    aorta: 165,
    cava: 150,
    portalVein: 178,
    hepaticVein: 170,
    spleen: 128,
    cortex: 195,
    medulla: 165,
    pelvis: 12,
    pancreas: 100,
    bowelWall: 85,
    muscle: 62
  },
  late: {
    liver: 117,
    aorta: 128,
    cava: 126,
    portalVein: 132,
    hepaticVein: 130,
    spleen: 108,
    cortex: 165,
    medulla: 165,
    pelvis: 320,
    pancreas: 85,
    bowelWall: 72,
    muscle: 62
  }
}

/** Draws the phase (15 % arterial, 65 % portal, 20 % late) and how strongly each tissue of this patient takes contrast up. */
export const drawContrast = (from: Key): Contrast => {
  const chance = uniform(fold(from, "phase"), 1)[0]
  const phase: Phase = chance < 0.15 ? "arterial" : chance < 0.8 ? "portal" : "late"
  const typical = TYPICAL[phase]
  const uptake = uniformBetween(fold(from, "uptake"), 0.85, 1.15)
  const vary = (tissue: keyof Typical, sd: number) => typical[tissue] * uptake + sd * normal(fold(from, tissue), 1)[0]
  // One liver in six is fatty, which takes up to 30 HU away whatever the phase.
  const fat = integerBetween(fold(from, "fatty"), 0, 6) === 0 ? uniformBetween(fold(from, "fat"), 10, 30) : 0
  return {
    phase,
    liver: Math.min(165, Math.max(72, typical.liver + 13 * normal(fold(from, "liver"), 1)[0] - fat)),
    aorta: vary("aorta", 12),
    cava: vary("cava", 10),
    portalVein: vary("portalVein", 8),
    hepaticVein: vary("hepaticVein", 8),
    spleen: vary("spleen", 8),
    cortex: vary("cortex", 10),
    medulla: vary("medulla", 10),
    pelvis: typical.pelvis,
    pancreas: vary("pancreas", 8),
    bowelWall: vary("bowelWall", 8),
    muscle: typical.muscle + 4 * normal(fold(from, "muscle"), 1)[0]
  }
}
