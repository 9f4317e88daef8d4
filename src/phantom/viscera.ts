import { fold, type Key, uniform, uniformBetween } from "../random/index.ts"
import type { Contrast } from "./contrast.ts"
import type { Organ } from "./organ.ts"
import { ellipsoid, intersect, type Solid, tube } from "./solid.ts"
import { cavityDistance, diaphragmDistance } from "./trunk.ts"

const between = (from: Key, what: string, low: number, high: number) => uniformBetween(fold(from, what), low, high)

/** The two kidneys, right first. */
export const kidneys = (from: Key): readonly [Solid, Solid] => {
  const size = between(from, "kidney", 0.9, 1.1)
  const kidney = (side: number, height: number) =>
    ellipsoid([side * 66, -46, height], [25 * size, 29 * size, 54 * size], {
      turn: side * between(from, `turn ${side}`, 0.35, 0.75),
      lean: [-side * 0.2, -0.12]
    })
  return [kidney(1, between(from, "right", -62, -44)), kidney(-1, between(from, "left", -46, -28))]
}

/** The gall bladder, under the right lobe. */
export const gallBladder = (from: Key): Solid => {
  const size = between(from, "gall bladder", 0.75, 1.25)
  return ellipsoid([48, 40, -38], [15 * size, 19 * size, 30 * size], { turn: 0.4, lean: [0, -0.45] })
}

const kidneyOrgans = (from: Key, contrast: Contrast): ReadonlyArray<Organ> =>
  kidneys(from).flatMap((kidney, i): ReadonlyArray<Organ> => {
    const { low, high } = kidney.bounds
    const side = i === 0 ? 1 : -1
    const middle = (low[2] + high[2]) / 2
    const hilum = [(low[0] + high[0]) / 2 - side * 11, (low[1] + high[1]) / 2 + 8, middle] as const
    return [
      {
        name: "kidney",
        solids: [kidney],
        layers: [
          { hu: contrast.cortex, grain: 6 },
          { hu: contrast.medulla, inset: 7, grain: 10, blur: 4 }
        ]
      },
      {
        name: "renal sinus",
        solids: [ellipsoid(hilum, [12, 9, 25], { turn: -side * 0.5 })],
        layers: [
          { hu: -45, grain: 25, blur: 3 },
          { hu: contrast.pelvis, inset: 4.5, blur: 2 }
        ]
      }
    ]
  })

const stomach = (from: Key, contrast: Contrast): Organ => {
  const full = between(from, "full", 0.75, 1.1)
  const oral = uniform(fold(from, "oral"), 1)[0] < 0.2
  const level = between(from, "level", 20, 48)
  return {
    name: "stomach",
    solids: tube([
      [[-62, -24, 56], 30 * full],
      [[-74, 4, 32], 34 * full],
      [[-66, 34, 2], 30 * full],
      [[-40, 48, -26], 24 * full],
      [[-6, 48, -34], 18 * full],
      [[22, 34, -28], 12]
    ]).map((solid) =>
      intersect(
        intersect(solid, (x, y, z) => cavityDistance(x, y, z) + 3, 6),
        (x, y, z) => 5 - diaphragmDistance(x, y, z),
        6
      )
    ),
    layers: [
      { hu: contrast.bowelWall, grain: 6 },
      { hu: oral ? 210 : between(from, "content", 5, 38), inset: 3.5, grain: oral ? 25 : 12, blur: 1 },
      { hu: -940, inset: 3.5, above: level }
    ]
  }
}

const spleen = (from: Key, contrast: Contrast): Organ => {
  const size = between(from, "spleen", 0.85, 1.2)
  const shape = ellipsoid([-104, -34, 30], [27 * size, 47 * size, 52 * size], { turn: -0.35, lean: [0.12, 0.05] })
  return {
    name: "spleen",
    solids: [
      intersect(
        intersect(shape, (x, y, z) => cavityDistance(x, y, z) + 3, 6),
        (x, y, z) => 4.5 - diaphragmDistance(x, y, z),
        6
      )
    ],
    // In the arterial phase the pulp takes contrast up unevenly.
    layers: [{ hu: contrast.spleen, grain: contrast.phase === "arterial" ? 16 : 4 }]
  }
}

const pancreas = (contrast: Contrast): Organ => ({
  name: "pancreas",
  solids: tube([
    [[28, 4, -48], 11],
    [[26, 8, -30], 14],
    [[6, 15, -20], 9],
    [[-26, 12, -8], 10],
    [[-62, -8, 8], 10],
    [[-82, -22, 18], 8]
  ]),
  layers: [{ hu: contrast.pancreas, grain: 16, blur: 2 }]
})

/** Stomach, pancreas, spleen, kidneys and gall bladder. */
export const viscera = (from: Key, contrast: Contrast): ReadonlyArray<Organ> => [
  pancreas(contrast),
  stomach(from, contrast),
  spleen(from, contrast),
  ...kidneyOrgans(from, contrast),
  {
    name: "gall bladder",
    solids: [gallBladder(from)],
    layers: [{ hu: 60 }, { hu: between(from, "bile", 2, 18), inset: 1.6 }]
  }
]
