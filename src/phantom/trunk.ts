import { fold, type Key, uniformBetween } from "../random/index.ts"
import type { Contrast } from "./contrast.ts"
import type { Organ } from "./organ.ts"
import type { Patient } from "./patient.ts"
import { type Box, capsule, type Distance, ellipsoid, roundMax, type Solid } from "./solid.ts"

// The template of anatomy: mm, origin in the middle of the trunk at the height of the liver's hilum, x to the patient's right,
// y to the front, z to the head. Every organ is described here; patients are scaled and warped copies.

/** Half axes of the template's trunk without its subcutaneous fat. */
export const TRUNK = [150, 101] as const

/** Thickness of the muscles and ribs around the cavity. */
const WALL = 14

/** Half the height that is ever scanned. */
const REACH = 200

const everywhere = (x: number, y: number): Box => ({ low: [-x, -y, -REACH], high: [x, y, REACH] })

/** A cylinder whose section lies between an ellipse and its rounded rectangle. */
const trunkDistance =
  (halfWidth: number, halfDepth: number, centerY = 0): Distance =>
  (x, y) => {
    const dy = y - centerY
    const u = (x / halfWidth) ** 2
    const v = (dy / halfDepth) ** 2
    const norm = Math.sqrt(0.55 * (u + v) + 0.45 * Math.sqrt(u * u + v * v))
    return norm === 0 ? -halfDepth : Math.sqrt(x * x + dy * dy) * (1 - 1 / norm)
  }

const wallOutside = trunkDistance(TRUNK[0], TRUNK[1])

/** How much thicker the wall is at the back, where the long muscles of the spine lie. */
const BACK = 26

/** Distance to the inner side of the trunk's wall, negative in the cavity. */
export const cavityDistance: Distance = (x, y, z) => {
  const back = y < 0 ? Math.max(0, 1 - (x / 95) ** 2) ** 2 * Math.min(1, -y / 50) : 0
  return wallOutside(x, y, z) + WALL + BACK * back
}

/** How far a dome has dropped at `offset` mm from its top, and how steeply; it reaches a full drop near `width`. */
const drop = (offset: number, width: number): readonly [number, number] => {
  const u = offset / width
  const square = u * u
  return [60 * square * (1 + square), (60 * u * (2 + 4 * square)) / width]
}

/** Distance to the diaphragm: negative above it, in the chest. Its right dome stands higher than its left. */
export const diaphragmDistance: Distance = (x, y, z) => {
  const [back, slopeY] = drop(y - 5, y < 5 ? 84 : 112)
  const [right, slopeRight] = drop(x - 70, x > 70 ? 76 : 150)
  const [left, slopeLeft] = drop(x + 70, x < -70 ? 76 : 150)
  const rightIsHigher = 86 - right > 73 - left
  const slopeX = rightIsHigher ? slopeRight : slopeLeft
  return ((rightIsHigher ? 86 - right : 73 - left) - back - z) / Math.sqrt(1 + slopeX * slopeX + slopeY * slopeY)
}

/** The surface of the body: skin, subcutaneous fat, the muscular wall, and the fat that fills the cavity. */
const body = (from: Key, { fat, contrast }: Patient): ReadonlyArray<Organ> => {
  const centerY = (fat.front - fat.back) / 2
  const [halfWidth, halfDepth] = [TRUNK[0] + fat.side, TRUNK[1] + (fat.front + fat.back) / 2]
  const outside = trunkDistance(halfWidth, halfDepth, centerY)
  // The groove over the spine.
  const groove = uniformBetween(fold(from, "groove"), 0, 9)
  const skin: Distance = (x, y, z) => {
    const dent = y < -60 && Math.abs(x) < 40 ? groove * (1 - (x / 40) ** 2) ** 2 : 0
    return outside(x, y, z) + dent
  }
  return [
    {
      name: "body",
      solids: [{ bounds: everywhere(halfWidth + 2, halfDepth + Math.abs(centerY) + 2), distance: skin }],
      layers: [
        { hu: 15, blur: 0.5 },
        { hu: -104, inset: 1.8, grain: 5, blur: 0.8 }
      ]
    },
    {
      name: "wall",
      solids: [{ bounds: everywhere(TRUNK[0] + 2, TRUNK[1] + 2), distance: wallOutside }],
      layers: [
        { hu: contrast.muscle, grain: 8, blur: 1 },
        { hu: -25, inset: 5.5, grain: 20, blur: 0.6 },
        { hu: contrast.muscle, inset: 7, grain: 8, blur: 0.6 }
      ]
    },
    {
      name: "cavity",
      solids: [{ bounds: everywhere(TRUNK[0], TRUNK[1]), distance: cavityDistance }],
      layers: [{ hu: -101, grain: 9, blur: 1.2 }]
    }
  ]
}

/** y of the middle of the vertebral bodies. */
export const SPINE_Y = -52
const VERTEBRA = 34

const spine = (from: Key, contrast: Contrast): ReadonlyArray<Organ> => {
  const phase = uniformBetween(fold(from, "vertebrae"), 0, VERTEBRA)
  const bounds: Box = { low: [-60, -101, -REACH], high: [60, -20, REACH] }
  const column = ellipsoid([0, SPINE_Y, 0], [22, 17, 1e6])
  const section = (x: number, y: number) => column.distance(x, y, 0)
  /** Height over the middle of the nearest vertebra. */
  const level = (z: number) => z - phase - VERTEBRA * Math.round((z - phase) / VERTEBRA)
  const vertebra: Distance = (x, y, z) => roundMax(section(x, y), Math.abs(level(z)) - 13, 3)
  const arch: Distance = (x, y, z) => {
    const h = Math.abs(level(z))
    const ring = Math.abs(Math.hypot(x, y - (SPINE_Y - 24)) - 12) - 3
    const spinous = Math.max(Math.abs(x) - 2.8, SPINE_Y - 60 - y, y - (SPINE_Y - 34), h - 11)
    const side = Math.abs(x) - 12
    const transverse = Math.max(Math.hypot(y - (SPINE_Y - 24), level(z) - 3) - 4.5, side - 22, -side)
    return Math.min(Math.max(ring, h - 14), spinous, transverse)
  }
  const erector = (side: number): Solid => ellipsoid([side * 29, SPINE_Y - 29, 0], [26, 15, 1e6], { turn: side * 0.2 })
  const psoas = (side: number): Solid => capsule([side * 28, SPINE_Y + 2, -15], [side * 46, SPINE_Y + 10, -170], 5, 24)
  const crus = (side: number): Solid => capsule([side * 13, SPINE_Y + 26, 50], [side * 12, SPINE_Y + 17, -45], 5, 4)
  const everyHeight = (solid: Solid): Solid => ({ ...solid, bounds })
  return [
    {
      name: "back muscles",
      solids: [everyHeight(erector(1)), everyHeight(erector(-1))],
      layers: [
        { hu: -50, inset: -1.6, grain: 20, blur: 0.6 },
        { hu: contrast.muscle, grain: 12, blur: 1 }
      ]
    },
    {
      name: "muscles of the spine",
      solids: [psoas(1), psoas(-1), crus(1), crus(-1)],
      layers: [{ hu: contrast.muscle, grain: 9, blur: 1 }]
    },
    { name: "discs", solids: [{ bounds, distance: (x, y) => section(x, y) + 1 }], layers: [{ hu: 85 }] },
    {
      name: "vertebrae",
      solids: [{ bounds, distance: vertebra }],
      layers: [{ hu: 420 }, { hu: 175, inset: 2, grain: 35, blur: 1.5 }]
    },
    { name: "arches", solids: [{ bounds, distance: arch }], layers: [{ hu: 520, grain: 60 }] },
    {
      name: "canal",
      solids: [{ bounds, distance: (x, y) => Math.hypot(x / 1.15, y - (SPINE_Y - 24)) - 9 }],
      layers: [{ hu: -30 }, { hu: 32, inset: 2 }]
    }
  ]
}

const RIB = 29

/** All ribs at once: each runs round the wall from the spine, falling towards the front. */
const ribs = (from: Key): Organ => {
  const phase = uniformBetween(fold(from, "ribs"), 0, RIB)
  const distance: Distance = (x, y, z) => {
    const depth = cavityDistance(x, y, z) - 5.5
    if (Math.abs(depth) > 9) return 9
    // 0 at the spine, pi at the breastbone.
    const angle = Math.atan2(Math.abs(x) / TRUNK[0], -y / TRUNK[1])
    const height = z + 52 * angle - phase
    const nearest = Math.max(-1, Math.round(height / RIB))
    // The lowest ribs are short.
    const tip = Math.min(2.35, 1.1 + 0.4 * nearest)
    const beyond = Math.max(0, angle - tip, 0.25 - angle) * 110
    const lift = height - RIB * nearest
    return Math.sqrt(depth * depth + (lift * 0.42) ** 2 + beyond * beyond) - 3.2
  }
  return {
    name: "ribs",
    solids: [{ bounds: everywhere(TRUNK[0] + 4, TRUNK[1] + 4), distance }],
    layers: [{ hu: 480 }, { hu: 190, inset: 1.6, grain: 30, blur: 0.8 }]
  }
}

const chest = (contrast: Contrast): ReadonlyArray<Organ> => {
  const mediastinum = ellipsoid([-6, 25, 125], [30, 75, 78])
  const lung: Distance = (x, y, z) => {
    const airless = roundMax(cavityDistance(x, y, z) + 1, diaphragmDistance(x, y, z), 4)
    const column = 27 - Math.sqrt(x * x + Math.max(0, Math.abs(y - SPINE_Y - 6) - 10) ** 2)
    return roundMax(airless, roundMax(-mediastinum.distance(x, y, z), column, 6), 6)
  }
  return [
    {
      name: "lungs",
      solids: [{ bounds: { low: [-TRUNK[0], -TRUNK[1], -70], high: [TRUNK[0], TRUNK[1], REACH] }, distance: lung }],
      layers: [
        { hu: 50, inset: -3 },
        { hu: -845, grain: 45 }
      ]
    },
    {
      name: "heart",
      solids: [ellipsoid([-28, 35, 122], [62, 50, 46], { turn: -0.5 })],
      layers: [
        { hu: -90, inset: -3, blur: 2 },
        { hu: 105, grain: 6 },
        { hu: contrast.aorta * 0.92, inset: 12, grain: 8, blur: 5 }
      ]
    }
  ]
}

/** The couch under the patient: two thin shells. */
const couch = ({ fat }: Patient): Organ => {
  const top = -TRUNK[1] - fat.back - 9
  return {
    name: "couch",
    solids: [
      {
        bounds: { low: [-210, top - 60, -REACH], high: [210, top + 45, REACH] },
        distance: (x, y) => {
          const bent = y - top - 0.0011 * x * x
          return Math.max(Math.min(Math.abs(bent), Math.abs(bent + 26)) - 0.8, Math.abs(x) - 205)
        }
      }
    ],
    layers: [{ hu: 40 }]
  }
}

/** Everything around and behind the abdominal organs, from the couch inwards. */
export const trunk = (from: Key, patient: Patient): ReadonlyArray<Organ> => [
  couch(patient),
  ...body(from, patient),
  ...spine(from, patient.contrast),
  ribs(from),
  ...chest(patient.contrast)
]
