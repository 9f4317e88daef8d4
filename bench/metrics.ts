/** What metrics cost on two masks of 512 x 512 x 200 with a liver in them, in seconds and beside one look at every voxel. */
import {
  assd,
  components,
  confusion,
  hausdorff,
  hd95AreaWeighted,
  hd95Pooled,
  litsCase,
  litsScore,
  type Mask,
  maskOf,
  rmsd,
  type SurfaceElements,
  surfaceDice,
  surfaceDistances
} from "../src/metrics/index.ts"
import { fold, key, normal } from "../src/random/index.ts"

type Numbers3 = readonly [number, number, number]

const ROUNDS = 5
const WHOLE: Numbers3 = [512, 512, 200]
const HALF: Numbers3 = [512, 512, 100]
const CT: Numbers3 = [0.75, 0.75, 1.5]

/** A bumpy liver of 2.2 million voxels (1.9 l of CT's voxels) with forty lesions; `shift` moves the prediction. */
const labelsOf = (shape: Numbers3, spacing: Numbers3, shift: number) => {
  const voxels = new Uint8Array(shape[0] * shape[1] * shape[2])
  const draws = normal(fold(key(1), "lesions"), 40 * 4)
  const [cx, cy, cz] = [shape[0] * 0.4 + shift, shape[1] * 0.5 - shift, shape[2] * 0.5 + shift / 4]
  const [rx, ry, rz] = [110, 90, shape[2] * 0.27]
  const paint = (x0: number, y0: number, z0: number, a: number, b: number, c: number, label: number, bumps: number) => {
    for (let z = Math.max(Math.floor(z0 - 1.2 * c), 0); z < Math.min(z0 + 1.2 * c, shape[2]); z++) {
      for (let y = Math.floor(y0 - 1.2 * b); y < y0 + 1.2 * b; y++) {
        for (let x = Math.floor(x0 - 1.2 * a); x < x0 + 1.2 * a; x++) {
          const r = ((x - x0) / a) ** 2 + ((y - y0) / b) ** 2 + ((z - z0) / c) ** 2
          const at = x + shape[0] * (y + shape[1] * z)
          if (r < 1 + bumps * Math.sin(x / 9) * Math.cos(y / 7 + z / 5)) voxels[at] = label
        }
      }
    }
  }
  paint(cx, cy, cz, rx, ry, rz, 1, 0.15)
  for (let i = 0; i < 40; i++) {
    const [u, v, w, s] = draws.subarray(4 * i, 4 * i + 4)
    const radius = 4 + 4 * Math.abs(s)
    paint(cx + (u * rx) / 3, cy + (v * ry) / 3, cz + (w * rz) / 3, radius, radius, radius / 2, 2, 0)
  }
  return { voxels, shape, spacing }
}

/** The shortest of some runs, in seconds. */
const seconds = (work: () => unknown): number => {
  let best = Infinity
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now()
    work()
    best = Math.min(best, performance.now() - began)
  }
  return best / 1000
}

const everything = (reference: Mask, prediction: Mask, surface: SurfaceElements) => {
  const distances = surfaceDistances(reference, prediction, { surface })
  const hd95 = surface === "surfels" ? hd95AreaWeighted : hd95Pooled
  return [assd, rmsd, hausdorff, hd95].map((metric) => metric(distances)).concat(surfaceDice(distances, 2))
}

const say = (what: string, time: number, most?: number) => {
  const limit = most === undefined ? "" : ` (at most ${most.toFixed(1)} s)`
  console.log(`${what.padEnd(44)}${time.toFixed(3)} s, ${(time / look).toFixed(1)} looks${limit}`)
}

const [reference, prediction] = [labelsOf(WHOLE, CT, 0), labelsOf(WHOLE, CT, 5)]
const halves = [labelsOf(HALF, CT, 0), labelsOf(HALF, CT, 5)] as const
const isotropic = { ...reference, spacing: [1, 1, 1] as const }

const look = seconds(() => {
  let inside = 0
  for (let i = 0; i < reference.voxels.length; i++) if (reference.voxels[i] !== prediction.voxels[i]) inside++
  return inside
})
const liver = reference.voxels.reduce((sum, label) => sum + (label === 0 ? 0 : 1), 0)
console.log(
  `liver of ${(liver / 1e6).toFixed(1)} million voxels; a look at all ${(512 * 512 * 200) / 1e6} million pairs takes ${look.toFixed(3)} s`
)

say(
  "counts of both masks",
  seconds(() => confusion(reference, prediction))
)
say(
  "surface metrics, border of 6",
  seconds(() => everything(reference, prediction, 6)),
  1.5
)
const anisotropic = seconds(() => everything(reference, prediction, 18))
say("surface metrics, border of 18", anisotropic, 1.5)
say(
  "surface metrics, surfels",
  seconds(() => everything(reference, prediction, "surfels")),
  1.5
)
const same = seconds(() => everything(isotropic, prediction, 18))
console.log(`anisotropic over isotropic spacing          ${(anisotropic / same).toFixed(2)} (at most 1.1)`)
const half = seconds(() => everything(halves[0], halves[1], 18))
console.log(`whole volume over half of it                ${(anisotropic / half).toFixed(2)} (2 where linear)`)
say(
  "connected components of the liver",
  seconds(() => components(reference, 6)),
  0.5
)
const lesions = maskOf({ kind: "labels", ...reference }, "tumor")
say(
  "connected components of its lesions",
  seconds(() => components(lesions, 26)),
  0.5
)
const sparse = normal(fold(key(2), "speckle"), WHOLE[0] * WHOLE[1])
const speckled = {
  ...reference,
  voxels: reference.voxels.map((label, i) => (sparse[i % sparse.length] > 2 ? 1 : label))
}
say(
  `the same in 2 % of speckle`,
  seconds(() => components(speckled, 6))
)
say(
  "the whole LiTS score of the case",
  seconds(() => litsScore([litsCase("case", reference, prediction)])),
  3
)
const { detection, liver: whole } = litsScore([litsCase("case", reference, prediction)])
console.log(
  `(${detection.any.counts.references} lesions against ${detection.any.counts.predictions}, liver ASSD ${whole.assd.value.toFixed(2)} mm)`
)
