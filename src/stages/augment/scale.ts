import { uniformBetween } from "../../random/index.ts"
import { checkRange, type Range, type SpatialTransform, spatial } from "./transform.ts"

export type ScaleParams = { readonly factor: number }

/**
 * Enlarges (above 1) or shrinks (below 1) what a slice shows, about its centre, by a factor drawn from `factors`.
 *
 * The pixel count stays and each pixel covers 1 / factor as many millimetres, so `spacing` is divided by the factor: a
 * tumour has as many square millimetres after as before.
 *
 * @throws AugmentError when a factor is not above 0
 *
 * @example
 * ```ts
 * samples(dataset).pipe(augment([scale({ factors: [0.8, 1.25] })], { seed: 1, epoch }))
 * ```
 */
export const scale = ({ factors }: { readonly factors: Range }): SpatialTransform<ScaleParams> => {
  checkRange("scale", "factors", factors, { above: 0 })
  return spatial({
    name: "scale",
    params: (key) => ({ factor: uniformBetween(key, ...factors) }),
    frame: ({ height, width, spacing }, { factor }) => {
      const middle = { row: (height - 1) / 2, column: (width - 1) / 2 }
      return {
        height,
        width,
        spacing: [spacing[0] / factor, spacing[1] / factor],
        trace: (rows, columns) => {
          for (let i = 0; i < rows.length; i++) {
            rows[i] = middle.row + (rows[i] - middle.row) / factor
            columns[i] = middle.column + (columns[i] - middle.column) / factor
          }
        }
      }
    }
  })
}
