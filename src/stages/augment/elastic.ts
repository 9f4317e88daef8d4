import { fold, uniform } from "../../random/index.ts"
import { AugmentError, type SpatialTransform, spatial } from "./transform.ts"

/** Displacements of the control points in pixels, row by row: `(cells + 3)^2` of each. */
export type ElasticParams = { readonly down: ReadonlyArray<number>; readonly right: ReadonlyArray<number> }

/** Displacements below this share of the control points' distance never fold the plane. */
const FOLD_LIMIT = 1 / 2.046392675

/**
 * Bends a slice smoothly: a lattice of control points, `cells` spaces to a side, is displaced at random, and a uniform cubic
 * B-spline carries the displacement to the pixels between. `strength` in (0, 1) is the largest displacement as a share
 * of the one at which tissue could fold over itself, 0.4887 of the control points' distance.
 *
 * Source: Rueckert et al., IEEE TMI 18:712 (1999); the limit: Choi and Lee, Graphical Models 62:411 (2000).
 *
 * @throws AugmentError when `cells` is not a positive integer or `strength` not in (0, 1)
 *
 * @example
 * ```ts
 * samples(dataset).pipe(augment([elastic({ cells: 4, strength: 0.3 })], { seed: 1, epoch }))
 * ```
 */
export const elastic = ({
  cells = 4,
  strength = 0.25
}: {
  readonly cells?: number
  readonly strength?: number
} = {}): SpatialTransform<ElasticParams> => {
  if (!(Number.isInteger(cells) && cells > 0)) {
    throw new AugmentError({ transform: "elastic", reason: `cells must be a positive integer; found ${cells}` })
  }
  if (!(strength > 0 && strength < 1)) {
    throw new AugmentError({ transform: "elastic", reason: `strength must lie between 0 and 1; found ${strength}` })
  }
  const points = cells + 3
  return spatial({
    name: "elastic",
    params: (key, { height, width }) => {
      const draw = (purpose: string, side: number) => {
        const largest = (strength * FOLD_LIMIT * (side - 1)) / cells
        return Array.from(uniform(fold(key, purpose), points * points), (u) => (2 * u - 1) * largest)
      }
      return { down: draw("down", height), right: draw("right", width) }
    },
    frame: ({ height, width, spacing }, { down, right }) => {
      if (down.length !== points * points || right.length !== points * points) {
        throw new AugmentError({
          transform: "elastic",
          reason: `${cells} cells need ${points * points} control points; the record has ${down.length} and ${right.length}`
        })
      }
      const vertical = new Float64Array(4)
      const horizontal = new Float64Array(4)
      return {
        height,
        width,
        spacing,
        trace: (rows, columns) => {
          for (let i = 0; i < rows.length; i++) {
            const first = basis(rows[i], height, cells, vertical) * points + basis(columns[i], width, cells, horizontal)
            let rowShift = 0
            let columnShift = 0
            for (let a = 0; a < 4; a++) {
              for (let b = 0; b < 4; b++) {
                const weight = vertical[a] * horizontal[b]
                const point = first + a * points + b
                rowShift += weight * down[point]
                columnShift += weight * right[point]
              }
            }
            rows[i] += rowShift
            columns[i] += columnShift
          }
        }
      }
    }
  })
}

/** Writes the four B-spline weights at a coordinate and returns the first control point that they belong to. */
const basis = (x: number, side: number, cells: number, weights: Float64Array): number => {
  const u = side > 1 ? (Math.min(Math.max(x, 0), side - 1) / (side - 1)) * cells : 0
  const first = Math.min(Math.floor(u), cells - 1)
  const t = u - first
  const s = 1 - t
  weights[0] = (s * s * s) / 6
  weights[1] = (3 * t * t * t - 6 * t * t + 4) / 6
  weights[2] = (3 * s * s * s - 6 * s * s + 4) / 6
  weights[3] = (t * t * t) / 6
  return first
}
