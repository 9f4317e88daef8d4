import { integerBetween } from "../../random/index.ts"
import { andThen, type Frame, type Outline } from "./frame.ts"
import { type SpatialTransform, spatial } from "./transform.ts"

export type Rotate90Params = { readonly turns: number }

/**
 * Turns a slice anticlockwise by none, one, two or three right angles, each as likely. Exact: no pixel is interpolated,
 * and four single turns are the identity. An odd turn exchanges height and width, and the two spacings with them.
 *
 * @example
 * ```ts
 * samples(dataset).pipe(augment([rotate90()], { seed: 1, epoch }))
 * ```
 */
export const rotate90 = (): SpatialTransform<Rotate90Params> =>
  spatial({
    name: "rotate90",
    params: (key) => ({ turns: integerBetween(key, 0, 4) }),
    frame: (outline, { turns }) => {
      let frame: Frame = { ...outline, trace: () => {} }
      for (let turn = 0; turn < turns; turn++) frame = andThen(frame, quarterTurn(frame))
      return frame
    }
  })

const quarterTurn = ({ height, width, spacing }: Outline): Frame => ({
  height: width,
  width: height,
  spacing: [spacing[1], spacing[0]],
  trace: (rows, columns) => {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]
      rows[i] = columns[i]
      columns[i] = width - 1 - row
    }
  }
})
