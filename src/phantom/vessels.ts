import { fold, type Key, normal, uniformBetween } from "../random/index.ts"
import type { Vec3 } from "../volume/index.ts"
import type { Contrast } from "./contrast.ts"
import type { Organ } from "./organ.ts"
import { capsule, type Solid, tube } from "./solid.ts"
import { SPINE_Y } from "./trunk.ts"

/** Where the vessels of the liver enter it. */
const HILUM: Vec3 = [34, 0, 6]
const CONFLUENCE: Vec3 = [22, -14, 62]

const toward = (from: Vec3, to: Vec3, part: number): Vec3 => [
  from[0] + (to[0] - from[0]) * part,
  from[1] + (to[1] - from[1]) * part,
  from[2] + (to[2] - from[2]) * part
]

const THINNEST = 1.1

/** A tree of rods that forks until its twigs are thin or would leave the liver. */
const grow = (from: Key, start: Vec3, direction: Vec3, radius: number, inside: Solid): ReadonlyArray<Solid> => {
  if (radius < THINNEST) return []
  const length = 9 + 3.2 * radius * uniformBetween(fold(from, "length"), 0.8, 1.3)
  const end: Vec3 = [
    start[0] + direction[0] * length,
    start[1] + direction[1] * length,
    start[2] + direction[2] * length
  ]
  if (inside.distance(...end) > -5 && inside.distance(...start) <= -5) return []
  const jitter = normal(fold(from, "fork"), 3)
  const fork = (sign: number): Vec3 => {
    const d = direction.map((c, i) => c + sign * 0.55 * jitter[i] + 0.1 * jitter[(i + 1) % 3]) as unknown as Vec3
    const norm = Math.hypot(...d)
    return [d[0] / norm, d[1] / norm, d[2] / norm]
  }
  return [
    capsule(start, end, radius, radius * 0.86),
    ...grow(fold(from, "thick"), end, fork(1), radius * 0.82, inside),
    ...grow(fold(from, "thin"), end, fork(-1), radius * uniformBetween(fold(from, "taper"), 0.55, 0.78), inside)
  ]
}

const trees = (from: Key, start: Vec3, targets: ReadonlyArray<readonly [Vec3, number]>, inside: Solid) =>
  targets.flatMap(([target, radius], i) => {
    const jitter = normal(fold(from, "target", i), 3)
    const d = [0, 1, 2].map((axis) => target[axis] - start[axis] + 9 * jitter[axis])
    const norm = Math.hypot(...d)
    return grow(fold(from, "tree", i), start, [d[0] / norm, d[1] / norm, d[2] / norm], radius, inside)
  })

/** The inferior vena cava, which runs in a groove of the liver. */
export const cava: ReadonlyArray<Solid> = tube([
  [[22, SPINE_Y + 24, -190], 10],
  [[22, SPINE_Y + 26, -30], 11],
  [[24, SPINE_Y + 38, 55], 12],
  [[20, SPINE_Y + 45, 105], 12]
])

/** The great vessels outside the liver. */
export const greatVessels = (contrast: Contrast): ReadonlyArray<Organ> => [
  {
    name: "aorta",
    solids: tube([
      [[-17, SPINE_Y + 20, 190], 12],
      [[-9, SPINE_Y + 30, 30], 11],
      [[-6, SPINE_Y + 29, -190], 9]
    ]),
    layers: [{ hu: contrast.aorta }]
  },
  { name: "vena cava", solids: cava, layers: [{ hu: contrast.cava, grain: 5 }] },
  {
    name: "mesenteric artery",
    solids: tube([
      [[-6, SPINE_Y + 36, -8], 3.5],
      [[-4, SPINE_Y + 56, -40], 3.4],
      [[0, 12, -150], 2.6]
    ]),
    layers: [{ hu: contrast.aorta * 0.95 }],
    detail: 4
  },
  {
    name: "portal vein",
    solids: [
      ...tube([
        [[10, 14, -150], 4],
        [[5, 3, -30], 5.5],
        [toward([5, 3, -30], HILUM, 0.5), 6.5],
        [HILUM, 6.5]
      ]),
      ...tube([
        [[5, 3, -30], 5],
        [[-30, -2, -8], 4.5],
        [[-70, -24, 14], 4],
        [[-92, -34, 28], 3.5]
      ])
    ],
    layers: [{ hu: contrast.portalVein }],
    detail: 4
  }
]

/** Portal and hepatic veins within the liver. */
export const liverVessels = (from: Key, contrast: Contrast, liver: Solid): ReadonlyArray<Organ> => [
  {
    name: "portal branches",
    solids: trees(
      fold(from, "portal"),
      HILUM,
      [
        [[90, -25, -5], 5.6],
        [[85, 35, 5], 5],
        [[75, -10, 50], 4.4],
        [[-25, 45, 24], 4.6]
      ],
      liver
    ),
    layers: [{ hu: contrast.portalVein, blur: 0.6 }],
    role: "insideLiver",
    detail: 4
  },
  {
    name: "hepatic veins",
    solids: trees(
      fold(from, "hepatic"),
      CONFLUENCE,
      [
        [[115, -20, 25], 5.2],
        [[60, 50, 25], 4.8],
        [[-15, 50, 35], 4.4]
      ],
      liver
    ),
    layers: [{ hu: contrast.hepaticVein, blur: 0.6 }],
    role: "insideLiver",
    detail: 4
  }
]
