import type { Slice } from "../volume/slice.ts"

/** A window that slides over slices that are larger than what a network was trained on. */
export interface SlidingWindow {
  /** Of a tile, in pixels. */
  readonly size: readonly [height: number, width: number]
  /** The share of a tile that its neighbour covers too, at least 0 and below 1. Default 0.5. */
  readonly overlap?: number
}

/** A part of a slice. */
export interface Tile<S> {
  readonly slice: S
  readonly top: number
  readonly left: number
  readonly height: number
  readonly width: number
  /** Whether it is the last of its slice. */
  readonly last: boolean
}

/** The tiles of a slice, row by row; without a window, or where one tile covers it, the slice is its only tile. */
export const tilesOf = <S extends Pick<Slice, "height" | "width">>(
  slice: S,
  window: SlidingWindow | undefined
): ReadonlyArray<Tile<S>> => {
  const { height: rows, width: columns } = slice
  const { size: [height, width] = [rows, columns], overlap = 0.5 } = window ?? {}
  const corners = startsOf(rows, height, overlap).flatMap((top) =>
    startsOf(columns, width, overlap).map((left) => ({ top, left }))
  )
  return corners.map((corner, i) => ({ slice, ...corner, height, width, last: i === corners.length - 1 }))
}

/** Where tiles begin along a side that is at least as long as a tile: step by step, the last one shifted inside. */
export const startsOf = (side: number, tile: number, overlap: number): ReadonlyArray<number> => {
  const step = Math.max(1, Math.round(tile * (1 - overlap)))
  const count = Math.ceil((side - tile) / step) + 1
  return Array.from({ length: count }, (_, i) => Math.min(i * step, side - tile))
}

/** Puts values on the tiles of one slice together. */
export interface Blend {
  /** `values` [height, width, channels] of a tile. */
  readonly add: (tile: Pick<Tile<unknown>, "top" | "left">, values: Float32Array) => void
  /** [height, width, channels] of the slice, once all of its tiles were added. */
  readonly result: () => Float32Array
}

/**
 * Where tiles overlap, the mean of their values, weighted by nearness to each tile's middle: min(r + 1, h - r) times
 * min(c + 1, w - c) at row r and column c of a tile of h x w, divided by the sum over all tiles. Weights are whole numbers
 * and sums are in double precision, so that tiles that agree give exactly what they agree on.
 */
export const blend = (
  { height, width }: Pick<Slice, "height" | "width">,
  window: SlidingWindow,
  channels: number
): Blend => {
  const { size, overlap = 0.5 } = window
  const [down, across] = size.map(tent)
  const totals = [totalsOf(height, down, overlap), totalsOf(width, across, overlap)]
  const sums = new Float64Array(height * width * channels)
  return {
    add: ({ top, left }, values) => {
      let i = 0
      for (let r = 0; r < down.length; r++) {
        let at = ((top + r) * width + left) * channels
        for (let c = 0; c < across.length; c++) {
          const weight = down[r] * across[c]
          for (let k = 0; k < channels; k++) sums[at++] += weight * values[i++]
        }
      }
    },
    result: () => {
      const [rows, columns] = totals
      return Float32Array.from(sums, (sum, i) => {
        const pixel = Math.floor(i / channels)
        return sum / (rows[Math.floor(pixel / width)] * columns[pixel % width])
      })
    }
  }
}

/** Rises by 1 from the first pixel of a side to its middle, and falls again. */
const tent = (side: number): Float64Array => Float64Array.from({ length: side }, (_, i) => Math.min(i + 1, side - i))

/** The sum of the weights of all tiles at each place of a side. */
const totalsOf = (side: number, weights: Float64Array, overlap: number): Float64Array => {
  const totals = new Float64Array(side)
  for (const start of startsOf(side, weights.length, overlap)) {
    for (let i = 0; i < weights.length; i++) totals[start + i] += weights[i]
  }
  return totals
}
