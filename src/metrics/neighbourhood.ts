import { MetricsError } from "./mask.ts"

/**
 * Which voxels touch: 4 (edges) or 8 (and corners) in 2-D; 6 (faces), 18 (and edges) or 26 (and corners) in 3-D. SciPy
 * and MedPy call them connectivity 1, 2 and 3.
 */
export type Neighbourhood = 4 | 8 | 6 | 18 | 26

/**
 * A neighbourhood row by row, a row being a line along the first axis: how far along the row a neighbour may lie in the
 * rows beside (y +- 1 or z +- 1) and in those diagonally across (y +- 1 and z +- 1), where it reaches them at all.
 */
export interface Reach {
  readonly dimensions: 2 | 3
  readonly beside: 0 | 1
  readonly across?: 0 | 1
}

const REACH: Readonly<Record<Neighbourhood, Reach>> = {
  4: { dimensions: 2, beside: 0 },
  8: { dimensions: 2, beside: 1 },
  6: { dimensions: 3, beside: 0 },
  18: { dimensions: 3, beside: 1, across: 0 },
  26: { dimensions: 3, beside: 1, across: 1 }
}

/** The reach of a neighbourhood; throws a `MetricsError` where it belongs to another number of dimensions. */
export const reachOf = (neighbourhood: Neighbourhood, dimensions: number): Reach => {
  const reach = REACH[neighbourhood]
  if (reach?.dimensions !== dimensions) {
    throw new MetricsError({
      what: `the ${neighbourhood}-neighbourhood`,
      reason: `a ${dimensions}-D mask has ${dimensions === 2 ? "4 or 8" : "6, 18 or 26"} neighbours`
    })
  }
  return reach
}
