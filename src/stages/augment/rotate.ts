import { uniformBetween } from "../../random/index.ts"
import { checkRange, type Range, type SpatialTransform, spatial } from "./transform.ts"

export type RotateParams = { readonly degrees: number }

/**
 * Turns a slice about its centre by an angle drawn from `degrees`, anticlockwise as displayed. The turn is one of
 * millimetres: where rows and columns are unevenly spaced, the patient is not sheared. Size and spacing stay.
 *
 * @throws AugmentError when `degrees` is not a finite range
 *
 * @example
 * ```ts
 * samples(dataset).pipe(augment([rotate({ degrees: [-20, 20] })], { seed: 1, epoch }))
 * ```
 */
export const rotate = ({ degrees }: { readonly degrees: Range }): SpatialTransform<RotateParams> => {
  checkRange("rotate", "degrees", degrees)
  return spatial({
    name: "rotate",
    params: (key) => ({ degrees: uniformBetween(key, ...degrees) }),
    frame: ({ height, width, spacing }, params) => {
      const angle = (params.degrees * Math.PI) / 180
      const cos = Math.cos(angle)
      const sin = Math.sin(angle)
      const aspect = spacing[0] / spacing[1]
      const middle = { row: (height - 1) / 2, column: (width - 1) / 2 }
      return {
        height,
        width,
        spacing,
        trace: (rows, columns) => {
          for (let i = 0; i < rows.length; i++) {
            const down = rows[i] - middle.row
            const right = columns[i] - middle.column
            rows[i] = middle.row + down * cos + (right / aspect) * sin
            columns[i] = middle.column + right * cos - down * aspect * sin
          }
        }
      }
    }
  })
}
