import { components } from "../metrics/components.ts"
import type { Region } from "../volume/slice.ts"
import type { ImageVolume } from "../volume/volume.ts"
import { gather, type PlaneView } from "./planeView.ts"

/** In HU: above air and the foam of a table, below fat. */
const TISSUE = -300

/** About how many slices are looked at. */
const SLICES = 32

/** Pixels that are taken off every border before the largest part is found, and given back: a table's shell is thinner than two. */
const SHELL = 2

/**
 * The smallest rectangle of a plane that holds the body on most slices, without the table: of what is tissue on half of them, the
 * largest part. All of the plane where there is none.
 */
export const bodyRegion = (voxels: ImageVolume["voxels"], view: PlaneView): Region => {
  const { count, height, width } = view
  const step = Math.max(1, Math.floor(count / SLICES))
  const times = new Uint16Array(height * width)
  const pixels = new Float32Array(height * width)
  let looked = 0
  for (let index = step >> 1; index < count; index += step, looked++) {
    gather(view, index, voxels, pixels)
    for (let i = 0; i < pixels.length; i++) if (pixels[i] > TISSUE) times[i]++
  }
  const often = Uint8Array.from(times, (n) => (2 * n >= looked ? 1 : 0))
  const thick = eroded(eroded(often, height, width, 1, width), height, width, width, 1)
  const { boxes, sizes } = components({ voxels: thick, shape: [width, height] }, 4)
  if (sizes.length === 0) return { top: 0, left: 0, height, width }
  const { lower, shape } = boxes[sizes.indexOf(Math.max(...sizes))]
  const along = (axis: number, length: number) => {
    const from = Math.max(0, lower[axis] - SHELL)
    return [from, Math.min(length, lower[axis] + shape[axis] + SHELL) - from] as const
  }
  const [[left, columns], [top, rows]] = [along(0, width), along(1, height)]
  return { top, left, height: rows, width: columns }
}

/** Where a pixel and those near it along one axis are all marked; beyond the border nothing is. */
const eroded = (marks: Uint8Array, height: number, width: number, step: number, other: number): Uint8Array => {
  const out = new Uint8Array(marks.length)
  const [lines, length] = step === 1 ? [height, width] : [width, height]
  for (let line = 0; line < lines; line++) {
    let run = 0
    for (let i = 0, at = line * other; i < length; i++, at += step) {
      run = marks[at] === 1 ? run + 1 : 0
      if (run > 2 * SHELL) out[at - SHELL * step] = 1
    }
  }
  return out
}
