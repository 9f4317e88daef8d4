import type { DType } from "../../../../src/compile/graph.ts"
import type { Op } from "../../../support/compiled/trial.ts"
import type { Ops } from "./arbitraries.ts"

const infinity = Number.POSITIVE_INFINITY
const least = -(2 ** 31)

/** What lies at the edges of a type, and some numbers beside. Whole numbers are such as float32 has too, as engines compute by it. */
const SPECIAL: Readonly<Record<DType, ReadonlyArray<number>>> = {
  float32: [Number.NaN, infinity, -infinity, 0, -0, 1, -1, 0.5, -2.5, 100],
  int32: [least, 2 ** 30, 65536, 0, 1, -1, 2, -3, 7],
  bool: [0, 1]
}

/** The same ops, forwards, at special numbers. */
export const special = (ops: Ops): Ops =>
  ops.map((op) =>
    op.map(({ name, inputs, shuns = () => false, f }): Op => {
      const numbersOf = (dtype: DType) => SPECIAL[dtype].filter((x) => !shuns(x))
      return {
        name: `${name}, at special numbers`,
        inputs: inputs.map(({ shape, dtype }) => ({ shape, dtype, of: numbersOf(dtype) })),
        f,
        by: []
      }
    })
  )
