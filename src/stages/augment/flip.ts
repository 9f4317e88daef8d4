import { uniform } from "../../random/index.ts"
import { AugmentError, type SpatialTransform, spatial } from "./transform.ts"

export type FlipParams = { readonly flipped: boolean }

/**
 * Mirrors a slice, with probability 1/2 unless told otherwise. Twice is the identity, to the bit.
 *
 * `"horizontal"` exchanges left and right: on an axial slice the liver then lies on the wrong side, which helps a network
 * that must not rely on it and harms one that may.
 *
 * @throws AugmentError when the probability is not in [0, 1]
 *
 * @example
 * ```ts
 * samples(dataset).pipe(augment([flip({ axis: "horizontal" })], { seed: 1, epoch }))
 * ```
 */
export const flip = ({
  axis,
  probability = 0.5
}: {
  readonly axis: "horizontal" | "vertical"
  readonly probability?: number
}): SpatialTransform<FlipParams> => {
  if (!(probability >= 0 && probability <= 1)) {
    throw new AugmentError({ transform: "flip", reason: `probability must lie in [0, 1]; found ${probability}` })
  }
  return spatial({
    name: `flip ${axis}`,
    params: (key) => ({ flipped: uniform(key, 1)[0] < probability }),
    frame: ({ height, width, spacing }, { flipped }) => ({
      height,
      width,
      spacing,
      trace: (rows, columns) => {
        if (!flipped) return
        if (axis === "vertical") for (let i = 0; i < rows.length; i++) rows[i] = height - 1 - rows[i]
        else for (let i = 0; i < columns.length; i++) columns[i] = width - 1 - columns[i]
      }
    })
  })
}
