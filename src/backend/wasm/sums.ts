import { backend_util, util } from "@tensorflow/tfjs-core"
import { compose, sizeOf } from "./compose.ts"
import type { Kernel } from "./kernel.ts"

/** Sums rows by segment: the gradient of gather, which this backend lacks. */
export const unsortedSegmentSum: Kernel = {
  name: "UnsortedSegmentSum",
  make:
    () =>
    ({ inputs: { x, segmentIds }, attrs, backend }) =>
      compose(backend, (kernels) => {
        const { numSegments } = attrs as { numSegments: number }
        const width = sizeOf(x.shape) / Math.max(1, sizeOf(segmentIds.shape))
        const sums = kernels.zeros([numSegments, ...x.shape.slice(segmentIds.shape.length)])
        const rows = backend.typedArrayFromHeap(x)
        const ids = backend.typedArrayFromHeap(segmentIds)
        const out = backend.typedArrayFromHeap(sums)
        for (let r = 0; r < ids.length; r++) {
          if (ids[r] < 0 || ids[r] >= numSegments) continue
          for (let k = 0; k < width; k++) out[ids[r] * width + k] += rows[r * width + k]
        }
        return sums
      })
}

/** Sums over the leading axes by one walk through the numbers; tfjs's own transposes them first. */
export const sum: Kernel = {
  name: "Sum",
  make:
    (original) =>
    ({ inputs, attrs, backend }) => {
      const { x } = inputs
      const { axis, keepDims } = attrs as { axis: number | Array<number>; keepDims?: boolean }
      const axes = util.parseAxisParam(axis, x.shape)
      const leading = axes.length < x.shape.length && axes.every((each) => each < axes.length)
      if (original !== undefined && (!leading || x.dtype !== "float32")) {
        return original({ inputs: { ...inputs }, attrs, backend })
      }
      const [shape] = backend_util.computeOutAndReduceShapes(x.shape, axes)
      const sums = columnSums(backend.typedArrayFromHeap(x), sizeOf(shape))
      const out = backend.makeOutput(
        keepDims === true ? backend_util.expandShapeToKeepDim(shape, axes) : shape,
        x.dtype
      )
      backend.typedArrayFromHeap(out).set(sums)
      return out
    }
}

/** Numbers of a matrix that stay in the processor's cache while one column after the other is summed. */
const BLOCK = 2 ** 11

/** The sum of each of `width` columns. A column is four sums at once, none of which waits for another. */
const columnSums = (values: Float32Array | Int32Array | Uint8Array, width: number): Float64Array => {
  const sums = new Float64Array(width)
  const block = Math.max(1, Math.floor(BLOCK / width)) * width
  const four = 4 * width
  for (let start = 0; start < values.length; start += block) {
    const end = Math.min(values.length, start + block)
    for (let column = 0; column < width; column++) {
      let [a, b, c, d] = [0, 0, 0, 0]
      let i = start + column
      for (; i + four <= end + column; i += four) {
        a += values[i]
        b += values[i + width]
        c += values[i + 2 * width]
        d += values[i + 3 * width]
      }
      for (; i < end; i += width) a += values[i]
      sums[column] += a + b + (c + d)
    }
  }
  return sums
}
