import { fold, integerBetween, type Key, normal, uniform, uniformBetween } from "../random/index.ts"
import type { Vec3 } from "../volume/index.ts"
import type { Phase } from "./contrast.ts"
import { smoothField } from "./field.ts"
import type { Layer, Organ } from "./organ.ts"
import { boxAround, type Solid } from "./solid.ts"

/** One tumour as it was drawn: the truth behind the label. */
export interface Tumor {
  /** In mm of the template of anatomy. */
  readonly center: Vec3
  /** mm in the patient, before its outline is made irregular. */
  readonly diameter: number
  readonly kind: "hypodense" | "hyperdense"
  /** HU relative to this patient's liver. */
  readonly contrast: number
  /** HU relative to the liver of an enhancing rim, and its thickness in mm. */
  readonly rim?: { readonly contrast: number; readonly thickness: number }
  /** HU relative to the tumour of a dead core. */
  readonly necrosis?: number
  /** Smear of its border in mm: small where it is well defined. */
  readonly blur: number
  /** How irregular its outline is: standard deviation relative to the radius. */
  readonly roughness: number
  /** Whether it reaches the liver's surface. */
  readonly atEdge: boolean
}

const SMALLEST = 4
const LARGEST = 60

/** The first tumour of a patient is one that nobody would overlook. */
const INDEX_TUMOR = 22

const drawDiameter = (from: Key, first: boolean): number => {
  const size = 18 * Math.exp(0.6 * normal(fold(from, "diameter"), 1)[0])
  const least = first ? uniformBetween(fold(from, "index"), INDEX_TUMOR, LARGEST) : SMALLEST
  return Math.min(LARGEST, Math.max(least, size))
}

const drawCount = (from: Key): number => {
  const chance = uniform(from, 1)[0]
  const upTo = [0.24, 0.45, 0.61, 0.74, 0.84, 0.91, 0.96]
  return 1 + upTo.filter((limit) => chance >= limit).length
}

/** Tumours that take up more contrast than the liver are caught, or begin to die inside, before they are large. */
const BRIGHT_BELOW = 34

const drawAppearance = (from: Key, diameter: number, phase: Phase) => {
  const chance = uniform(fold(from, "appearance"), 4)
  const between = (what: string, low: number, high: number) => uniformBetween(fold(from, what), low, high)
  const hyperdense = diameter < BRIGHT_BELOW && chance[0] < (phase === "arterial" ? 0.35 : 0.09)
  const kind: Tumor["kind"] = hyperdense ? "hyperdense" : "hypodense"
  const contrast = hyperdense ? between("bright", 28, 55) : -between("dark", 30, phase === "arterial" ? 48 : 60)
  const rim =
    diameter > 14 && chance[1] < 0.3
      ? { contrast: between("rim", 5, phase === "arterial" ? 45 : 25), thickness: between("thickness", 1.8, 3.2) }
      : undefined
  const necrosis = diameter > 28 && chance[2] < 0.4 ? -between("necrosis", 12, 32) : undefined
  return {
    kind,
    contrast,
    ...(rim && { rim }),
    ...(necrosis !== undefined && { necrosis }),
    blur: chance[3] < 0.6 ? between("sharp", 0.3, 1.2) : between("ill-defined", 1.5, 3.5),
    roughness: between("roughness", 0.03, 0.14)
  }
}

/**
 * Draws `liver`'s tumours: none, or 1 to 8 of 4 to 60 mm, apart from each other, one in three of them at the liver's surface.
 *
 * @param scale mm in the patient for each mm of the template
 */
export const drawTumors = (
  from: Key,
  liver: Solid,
  { phase, scale, none }: { readonly phase: Phase; readonly scale: number; readonly none: boolean }
): ReadonlyArray<Tumor> => {
  const tumors: Array<Tumor> = []
  const { low, high } = liver.bounds
  const count = none ? 0 : drawCount(fold(from, "count"))
  for (let n = 0; n < count; n++) {
    const tumor = fold(from, "tumor", n)
    const atEdge = integerBetween(fold(tumor, "edge"), 0, 3) === 0
    let diameter = drawDiameter(tumor, n === 0)
    const fits = (center: Vec3): boolean => {
      const radius = diameter / 2 / scale
      const depth = -liver.distance(...center)
      const placed = atEdge ? depth > 0.3 * radius && depth < 0.75 * radius : depth > 1.25 * radius
      return (
        placed &&
        tumors.every((t) => Math.hypot(...t.center.map((c, i) => c - center[i])) > radius + t.diameter / 2 / scale + 4)
      )
    }
    const tries = uniform(fold(tumor, "place"), 3 * 600)
    for (let i = 0; i < tries.length; i += 3) {
      const center = low.map((l, axis) => l + tries[i + axis] * (high[axis] - l)) as unknown as Vec3
      if (fits(center)) {
        tumors.push({ center, diameter, atEdge, ...drawAppearance(tumor, diameter, phase) })
        break
      }
      // A place is sooner found for a smaller one.
      if (i > 300) diameter = Math.max(n === 0 ? INDEX_TUMOR : SMALLEST, diameter * 0.994)
    }
  }
  return tumors
}

const shapeOf = (from: Key, tumor: Tumor, scale: number): Solid => {
  const radius = tumor.diameter / 2 / scale
  const reach = radius * 1.5
  const bounds = boxAround(tumor.center, [reach, reach, reach])
  const bumps = smoothField(from, bounds, radius * 0.8)
  const [cx, cy, cz] = tumor.center
  return {
    bounds,
    distance: (x, y, z) => {
      const distance = Math.sqrt((x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2) - radius
      return Math.abs(distance) > radius / 2 ? distance : distance + tumor.roughness * radius * bumps.at(x, y, z)
    }
  }
}

/** The tumours as they are painted into a liver of `liver` HU. */
export const tumorOrgans = (
  from: Key,
  tumors: ReadonlyArray<Tumor>,
  liver: number,
  scale: number
): ReadonlyArray<Organ> =>
  tumors.map((tumor, n): Organ => {
    const hu = liver + tumor.contrast
    const grain = 4 + Math.min(5, tumor.diameter / 10)
    const { rim, blur } = tumor
    const layers: ReadonlyArray<Layer> = [
      { hu: rim ? liver + rim.contrast : hu, blur, grain },
      ...(rim ? [{ hu, inset: rim.thickness, blur: Math.max(blur, 1.2), grain }] : []),
      ...(tumor.necrosis === undefined
        ? []
        : [{ hu: hu + tumor.necrosis, inset: tumor.diameter * 0.24, blur: 4, grain }])
    ]
    return {
      name: `tumor ${n}`,
      solids: [shapeOf(fold(from, "shape", n), tumor, scale)],
      layers,
      role: "tumor",
      detail: 2
    }
  })
