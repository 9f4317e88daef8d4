import { fold, integerBetween, type Key } from "../../random/index.ts"
import { AugmentError, type SpatialTransform, spatial } from "./transform.ts"

export type CropParams = { readonly top: number; readonly left: number }

/**
 * Cuts a window of `size` [rows, columns] out of a slice, anywhere with equal chance; `around: "mask"` has it hold a marked
 * pixel, drawn at random, where the slice marks any, and must come before what moves pixels. With `resize` the window is
 * enlarged to the slice's own size by bilinear interpolation, and `spacing` shrinks by as much; otherwise the sample
 * becomes smaller and every pixel keeps its value.
 *
 * @throws AugmentError when a side is not a positive integer, or, on application, exceeds the slice's
 *
 * @example
 * ```ts
 * samples(dataset).pipe(augment([crop({ size: [48, 48] })], { seed: 1, epoch }))
 * ```
 */
export const crop = ({
  size: [rows, columns],
  around = "anywhere",
  resize = false
}: {
  readonly size: readonly [rows: number, columns: number]
  readonly around?: "anywhere" | "mask"
  readonly resize?: boolean
}): SpatialTransform<CropParams> => {
  if (![rows, columns].every((side) => Number.isInteger(side) && side > 0)) {
    throw new AugmentError({
      transform: "crop",
      reason: `size must be two positive integers; found [${rows}, ${columns}]`
    })
  }
  return spatial({
    name: "crop",
    params: (key, { height, width, mask }) => {
      if (rows > height || columns > width) {
        throw new AugmentError({
          transform: "crop",
          reason: `a window of [${rows}, ${columns}] does not fit a slice of [${height}, ${width}]; crop less or resize first`
        })
      }
      const held = around === "mask" ? markedPixel(fold(key, "held"), mask, width) : undefined
      return {
        top: start(fold(key, "top"), height, rows, held?.row),
        left: start(fold(key, "left"), width, columns, held?.column)
      }
    },
    frame: ({ height, width, spacing }, { top, left }) => {
      if (!resize) {
        return { height: rows, width: columns, spacing, trace: shift(top, left) }
      }
      const tall = rows / height
      const wide = columns / width
      return {
        height,
        width,
        spacing: [spacing[0] * tall, spacing[1] * wide],
        trace: (r, c) => {
          // Pixels are squares, not points: the window's edge lies half a pixel beyond the centre of its first pixel.
          for (let i = 0; i < r.length; i++) {
            r[i] = top + clamp((r[i] + 0.5) * tall - 0.5, rows - 1)
            c[i] = left + clamp((c[i] + 0.5) * wide - 0.5, columns - 1)
          }
        }
      }
    }
  })
}

/** Where a window begins along one axis, so that it lies inside and holds a position, if there is one to hold. */
const start = (key: Key, length: number, window: number, held?: number): number =>
  integerBetween(
    key,
    held === undefined ? 0 : Math.max(0, held - window + 1),
    (held === undefined ? length - window : Math.min(held, length - window)) + 1
  )

/** One of the marked pixels; nothing where there is none. */
const markedPixel = (key: Key, mask: Uint8Array | undefined, width: number) => {
  if (mask === undefined) {
    throw new AugmentError({ transform: "crop", reason: "around the mask it must come before what moves pixels" })
  }
  const marked = mask.reduce((count, value) => count + Number(value !== 0), 0)
  if (marked === 0) return undefined
  let left = integerBetween(key, 0, marked)
  const at = mask.findIndex((value) => value !== 0 && left-- === 0)
  return { row: Math.floor(at / width), column: at % width }
}

const clamp = (x: number, high: number): number => Math.min(Math.max(x, 0), high)

const shift = (top: number, left: number) => (rows: Float64Array, columns: Float64Array) => {
  for (let i = 0; i < rows.length; i++) {
    rows[i] += top
    columns[i] += left
  }
}
