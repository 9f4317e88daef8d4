import type { Sample, Slice } from "../../volume/index.ts"

/** A slice's geometry without its pixels, and its mask for as long as nothing has moved. */
export type Outline = Pick<Slice, "height" | "width" | "spacing"> & Partial<Pick<Sample, "mask">>

/** A new pixel grid, and where its points lie on the old one. */
export interface Frame extends Outline {
  /** Replaces row and column coordinates on the new grid by those on the old one, in place. */
  readonly trace: (rows: Float64Array, columns: Float64Array) => void
}

/** One frame after another: a single map, so that pixels are interpolated once. */
export const andThen = (first: Frame, second: Frame): Frame => ({
  height: second.height,
  width: second.width,
  spacing: second.spacing,
  trace: (rows, columns) => {
    second.trace(rows, columns)
    first.trace(rows, columns)
  }
})

/**
 * Looks at a sample through a frame: bilinear for the image, nearest neighbour for the mask, so that a mask stays binary.
 * What lies outside the slice takes its least pixel (air, whether in Hounsfield units or windowed) and no mask.
 */
export const warp = (sample: Sample, frame: Frame): Sample => {
  const { height, width, spacing } = frame
  const pixels = new Float32Array(height * width)
  const mask = new Uint8Array(height * width)
  const rows = new Float64Array(width)
  const columns = new Float64Array(width)
  const air = least(sample.pixels)
  const old = { height: sample.height, width: sample.width }
  const pixel = (row: number, column: number) =>
    row >= 0 && row < old.height && column >= 0 && column < old.width ? sample.pixels[row * old.width + column] : air
  for (let r = 0; r < height; r++) {
    for (let c = 0; c < width; c++) {
      rows[c] = r
      columns[c] = c
    }
    frame.trace(rows, columns)
    for (let c = 0; c < width; c++) {
      const row = Math.floor(rows[c])
      const column = Math.floor(columns[c])
      const down = rows[c] - row
      const right = columns[c] - column
      const upper = mix(pixel(row, column), pixel(row, column + 1), right)
      const lower = mix(pixel(row + 1, column), pixel(row + 1, column + 1), right)
      pixels[r * width + c] = mix(upper, lower, down)
      const nearRow = down < 0.5 ? row : row + 1
      const nearColumn = right < 0.5 ? column : column + 1
      if (nearRow >= 0 && nearRow < old.height && nearColumn >= 0 && nearColumn < old.width) {
        mask[r * width + c] = sample.mask[nearRow * old.width + nearColumn]
      }
    }
  }
  return { ...sample, height, width, spacing, pixels, mask }
}

const mix = (a: number, b: number, share: number): number => (share === 0 ? a : a * (1 - share) + b * share)

const least = (pixels: Float32Array): number => {
  let low = Infinity
  for (const pixel of pixels) if (pixel < low) low = pixel
  return low
}
