import fc from "fast-check"
import type { Mask } from "../../src/metrics/index.ts"

/** A voxel size from 0.25 to 8 mm, in steps that floating point holds exactly. */
const step = fc.integer({ min: 1, max: 32 }).map((quarters) => quarters / 4)

/** Dense, sparse, blocky or empty voxels: one density a mask. */
const voxels = (count: number): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(fc.constantFrom(0, 10, 50, 90, 100), fc.array(fc.nat(99), { minLength: count, maxLength: count }))
    .map(([density, draws]) => Uint8Array.from(draws, (draw) => (draw < density ? 1 : 0)))

export interface MaskPair {
  readonly reference: Mask
  readonly prediction: Mask
}

const pairOf = (shape: Mask["shape"], spacing: Mask["spacing"]): fc.Arbitrary<MaskPair> => {
  const count = shape.reduce((product, n) => product * n, 1)
  return fc.tuple(voxels(count), voxels(count)).map(([reference, prediction]) => ({
    reference: { voxels: reference, shape, spacing },
    prediction: { voxels: prediction, shape, spacing }
  }))
}

const axis = fc.integer({ min: 1, max: 6 })

/** Two small masks on one plane. */
export const planePairs: fc.Arbitrary<MaskPair> = fc
  .tuple(fc.tuple(axis, axis), fc.tuple(step, step))
  .chain(([shape, spacing]) => pairOf(shape, spacing))

/** Two small masks in one volume. */
export const volumePairs: fc.Arbitrary<MaskPair> = fc
  .tuple(fc.tuple(axis, axis, axis), fc.tuple(step, step, step))
  .chain(([shape, spacing]) => pairOf(shape, spacing))

/** Two small masks of one shape, in two or three dimensions. */
export const maskPairs: fc.Arbitrary<MaskPair> = fc.oneof(planePairs, volumePairs)

/** The coordinates of voxel `i`. */
export const placeOf = (i: number, shape: ReadonlyArray<number>): ReadonlyArray<number> =>
  shape.map((n, a) => Math.floor(i / shape.slice(0, a).reduce((product, m) => product * m, 1)) % n)

/** The index of the voxel at a place, or -1 off the image. */
export const indexOf = (place: ReadonlyArray<number>, shape: ReadonlyArray<number>): number =>
  place.every((p, a) => p >= 0 && p < shape[a]) ? place.reduceRight((index, p, a) => index * shape[a] + p, 0) : -1

/** The voxels within a mask. */
export const insideOf = ({ voxels: all }: Pick<Mask, "voxels">): ReadonlyArray<number> =>
  [...all.keys()].filter((i) => all[i] !== 0)

/** All places next to one another whose coordinates differ by at most 1, in at most `axes` of them. */
export const neighboursOf = (dimensions: number, axes: number): ReadonlyArray<ReadonlyArray<number>> => {
  const offsets = dimensions === 2 ? [-1, 0, 1].flatMap((x) => [-1, 0, 1].map((y) => [x, y])) : cube()
  return offsets.filter((offset) => {
    const moved = offset.filter((d) => d !== 0).length
    return moved > 0 && moved <= axes
  })
}

const cube = () => [-1, 0, 1].flatMap((x) => [-1, 0, 1].flatMap((y) => [-1, 0, 1].map((z) => [x, y, z])))

/** A mask turned: axis a of the result is axis order[a] of the mask, mirrored where asked. */
export const turned = (mask: Mask, order: ReadonlyArray<number>, mirrored: ReadonlyArray<boolean>): Mask => {
  const shape = order.map((a) => mask.shape[a])
  const voxelsOut = new Uint8Array(mask.voxels.length)
  for (let i = 0; i < voxelsOut.length; i++) {
    const to = placeOf(i, shape)
    const from = mask.shape.map(() => 0)
    order.forEach((a, k) => {
      from[a] = mirrored[k] ? shape[k] - 1 - to[k] : to[k]
    })
    voxelsOut[i] = mask.voxels[indexOf(from, mask.shape)]
  }
  return { voxels: voxelsOut, shape: shape as never, spacing: order.map((a) => mask.spacing[a]) as never }
}
