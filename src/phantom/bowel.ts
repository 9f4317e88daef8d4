import { fold, type Key, normal, uniform, uniformBetween } from "../random/index.ts"
import type { Vec3 } from "../volume/index.ts"
import type { Contrast } from "./contrast.ts"
import type { Organ } from "./organ.ts"
import { tube } from "./solid.ts"

type Way = ReadonlyArray<readonly [Vec3, number]>

const ASCENDING: Way = [
  [[98, -22, -185], 26],
  [[102, -20, -140], 24],
  [[100, -10, -105], 23],
  [[86, 18, -92], 21]
]

const TRANSVERSE: Way = [
  [[86, 18, -92], 21],
  [[62, 52, -90], 20],
  [[28, 64, -92], 20],
  [[-10, 66, -88], 19],
  [[-50, 62, -72], 19],
  [[-84, 40, -45], 19],
  [[-104, 12, -18], 19]
]

const DESCENDING: Way = [
  [[-104, 12, -18], 19],
  [[-112, -18, -40], 16],
  [[-112, -30, -90], 15],
  [[-110, -30, -185], 14]
]

/** Points between those of a way, with the bulges of the colon. */
const haustra = (from: Key, way: Way): Way =>
  way.flatMap(([point, radius], i): Way => {
    if (i + 1 === way.length) return [[point, radius]]
    const [next, nextRadius] = way[i + 1]
    return [0, 0.25, 0.5, 0.75].map((part, n) => {
      const bulge = n % 2 === 0 ? 1 : 0.72
      const jitter = normal(fold(from, i, n), 3)
      return [
        [
          point[0] + (next[0] - point[0]) * part + 3 * jitter[0],
          point[1] + (next[1] - point[1]) * part + 3 * jitter[1],
          point[2] + (next[2] - point[2]) * part
        ],
        (radius + (nextRadius - radius) * part) * bulge
      ]
    })
  })

const colon = (from: Key, contrast: Contrast): ReadonlyArray<Organ> =>
  [ASCENDING, TRANSVERSE, DESCENDING].map((way, i) => {
    const draw = uniform(fold(from, "content", i), 3)
    const y = way[0][0][1]
    return {
      name: "colon",
      solids: tube(haustra(fold(from, "haustra", i), way)),
      layers: [
        { hu: contrast.bowelWall, grain: 6 },
        { hu: draw[0] < 0.25 ? 180 : 25, inset: 2.5, grain: 45, blur: 1 },
        { hu: -880, inset: 2.5, above: y + (i === 1 ? 40 : 0) + 30 * draw[1] - 8 }
      ]
    }
  })

const LOOPS = 30

/** Loops of small bowel below the stomach, some of them with gas. */
const smallBowel = (from: Key, contrast: Contrast): ReadonlyArray<Organ> =>
  Array.from({ length: LOOPS }, (_, i): Organ => {
    const loop = fold(from, "loop", i)
    const between = (what: string, low: number, high: number) => uniformBetween(fold(loop, what), low, high)
    const start: Vec3 = [between("x", -88, 62), between("y", -12, 60), between("z", -165, -42)]
    const way: Array<readonly [Vec3, number]> = []
    let [x, y, z] = start
    for (let n = 0; n < 5; n++) {
      const radius = between(`radius ${n}`, 9, 13)
      way.push([[x, y, z], radius])
      x += between(`dx ${n}`, -24, 24)
      y = Math.min(64, Math.max(-14, y + between(`dy ${n}`, -18, 18)))
      z += between(`dz ${n}`, -12, 12)
    }
    const content = uniform(fold(loop, "content"), 2)
    return {
      name: "small bowel",
      solids: tube(way),
      layers: [
        { hu: contrast.bowelWall, grain: 8 },
        { hu: content[0] < 0.12 ? 170 : 12 + 25 * content[1], inset: 2.5, grain: 12, blur: 1 },
        ...(content[0] > 0.8 ? [{ hu: -850, inset: 2.5, above: start[1] + 3 }] : [])
      ]
    }
  })

/** The bowel: small bowel behind, colon around it. */
export const bowel = (from: Key, contrast: Contrast): ReadonlyArray<Organ> => [
  ...smallBowel(fold(from, "small"), contrast),
  ...colon(fold(from, "colon"), contrast)
]
