import { onesLike, type Tensor, tensor, zerosLike } from "@tensorflow/tfjs-core"
import fc from "fast-check"
import type { DType } from "../../../../src/compile/graph.ts"
import type { Op } from "../../../support/compiled/trial.ts"

export type Shape = ReadonlyArray<number>

/** Ops of one kind, at random shapes and options. */
export type Ops = ReadonlyArray<fc.Arbitrary<Op>>

/** A shape of few numbers: high ranks are narrow. */
export const shape = (minRank = 0, maxRank = 6, maxLength = 5): fc.Arbitrary<Shape> =>
  fc
    .integer({ min: minRank, max: maxRank })
    .chain((rank) =>
      fc.array(fc.integer({ min: 1, max: rank > 4 ? 3 : maxLength }), { minLength: rank, maxLength: rank })
    )

/** The same, or with no elements at all. */
export const anyShape = (minRank = 0, maxRank = 6, maxLength = 5): fc.Arbitrary<Shape> =>
  fc
    .tuple(shape(minRank, maxRank, maxLength), fc.nat(8), fc.nat())
    .map(([some, chance, at]) => (chance === 0 ? some.map((n, axis) => (axis === at % some.length ? 0 : n)) : some))

/** [batch, height, width, channels] */
export const map = (maxSide = 9, maxChannels = 4): fc.Arbitrary<readonly [number, number, number, number]> =>
  fc.tuple(upTo(3), upTo(maxSide), upTo(maxSide), upTo(maxChannels))

export const upTo = (max: number, min = 1): fc.Arbitrary<number> => fc.integer({ min, max })

/** Some axes of a rank, at least one, perhaps counted from the end. */
export const axesOf = (rank: number): fc.Arbitrary<Array<number>> =>
  fc
    .subarray(
      Array.from({ length: rank }, (_, i) => i),
      { minLength: 1 }
    )
    .chain((axes) => fc.tuple(...axes.map((axis) => fc.constantFrom(axis, axis - rank))))
    .map((axes) => [...axes])

export const axisOf = (rank: number): fc.Arbitrary<number> => upTo(rank - 1, -rank)

export const anyOrder = (rank: number): fc.Arbitrary<Array<number>> =>
  fc.shuffledSubarray(
    Array.from({ length: rank }, (_, i) => i),
    { minLength: rank, maxLength: rank }
  )

export const anyType: fc.Arbitrary<DType> = fc.constantFrom("float32", "int32", "bool")
export const number: fc.Arbitrary<DType> = fc.constantFrom("float32", "int32")

/** Where an operand comes from: an input, or made within the function. */
export type Source = "input" | "ones" | "zeros" | "constant"
export const source: fc.Arbitrary<Source> = fc.oneof(
  { weight: 3, arbitrary: fc.constant("input" as const) },
  { weight: 2, arbitrary: fc.constantFrom("ones" as const, "zeros" as const, "constant" as const) }
)

/** The operand in place of the input `x`, which is of the same shape and type. */
export const from = (x: Tensor, where: Source): Tensor => {
  if (where === "input") return x
  if (where === "ones") return onesLike(x)
  if (where === "zeros") return zerosLike(x)
  return tensor(
    Array.from({ length: x.size }, (_, i) => made(x.dtype as DType, i)),
    x.shape,
    x.dtype
  )
}

/** Two shapes that broadcast against each other. */
export const broadcastable: fc.Arbitrary<readonly [Shape, Shape]> = anyShape().chain((whole) => {
  const part = fc
    .tuple(fc.boolean(), fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }))
    .chain(([full, ones]) =>
      full
        ? fc.constant(whole)
        : upTo(whole.length, 0).map((gone) => whole.map((n, i) => (ones[i] ? 1 : n)).slice(gone))
    )
  return fc.tuple(part, part)
})

const made = (dtype: DType, i: number) => ({ float32: 0.5 + (i % 7) / 4, int32: 1 + (i % 3), bool: (i % 3) % 2 })[dtype]
