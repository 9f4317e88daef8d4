import { fold, type Key, uniformBetween } from "../random/index.ts"
import { smoothField } from "./field.ts"
import { type Box, type Distance, ellipsoid, roundMax, roundMin, type Solid } from "./solid.ts"
import { cavityDistance, diaphragmDistance, SPINE_Y } from "./trunk.ts"

const BOUNDS: Box = { low: [-125, -95, -115], high: [145, 98, 95] }

/**
 * A liver of smooth random shape: a right and a tapering left lobe, moulded by the wall, the diaphragm and the spine, its lower
 * side sloping up to the hilum; `spared` are the neighbours that press into it and how many mm lie between.
 */
export const liverShape = (from: Key, spared: ReadonlyArray<readonly [Solid, number]>): Solid => {
  const between = (what: string, low: number, high: number) => uniformBetween(fold(from, what), low, high)
  const surface = smoothField(fold(from, "surface"), BOUNDS, 42)
  const roughness = between("roughness", 3.5, 7)
  const tip = between("tip", -98, -72)
  const right = ellipsoid([74, -2, 5], [between("right width", 74, 84), 96, 96])
  const leftReach = between("left reach", 85, 130)
  const left = ellipsoid([28, between("left front", 42, 52), 22], [leftReach, between("left thickness", 28, 38), 44], {
    turn: between("left turn", 0.05, 0.25),
    lean: [0, -0.35]
  })
  const fissure = between("fissure", 3, 12)
  const back = ellipsoid([-4, SPINE_Y + 4, 0], [40, 36, 1e6])
  const rise = between("rise", 0.5, 0.75)
  const steepness = Math.sqrt(1 + rise * rise)
  const distance: Distance = (x, y, z) => {
    const lobes = roundMin(right.distance(x, y, z), left.distance(x, y, z), 36)
    if (lobes > 25) return lobes
    const under = (tip + rise * Math.min(112, 132 - x) - z) / steepness
    // The falciform ligament's notch, in front between the lobes.
    const notch = fissure * Math.exp(-(((x - 14) / 5) ** 2)) * Math.min(1, Math.max(0, (y - 15) / 40))
    const own = roundMax(roundMax(lobes, under, 22), -back.distance(x, y, z), 12) + notch
    const rough = own < -30 ? own : own + roughness * surface.at(x, y, z)
    // Wall and diaphragm are smooth, and the liver fills them.
    let shaped = roundMax(rough, roundMax(cavityDistance(x, y, z) + 1.2, 3.2 - diaphragmDistance(x, y, z), 8), 9)
    for (const [solid, gap] of spared) {
      const { low, high } = solid.bounds
      if (x < low[0] - 8 || x > high[0] + 8 || y < low[1] - 8 || y > high[1] + 8 || z < low[2] - 8 || z > high[2] + 8)
        continue
      shaped = roundMax(shaped, gap - solid.distance(x, y, z), 4)
    }
    return shaped
  }
  return { bounds: BOUNDS, distance }
}
