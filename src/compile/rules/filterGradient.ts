import type { Emitter } from "../emitter.ts"
import { NCHW, OIHW } from "../layout.ts"
import { dilated, GEOMETRY, geometryOf, isDilated, isStrided } from "./geometry.ts"
import { backwards, type Geometry, padsOf, type Shape4 } from "./padding.ts"
import { FLOAT, type Rule } from "./rule.ts"
import { seenBy, shifted } from "./taps.ts"

/**
 * Gradient by the filter, as a product over positions of dy and of x as each tap sees it. What is left to choose is how its
 * shifted copies are made.
 */
export const conv2dBackpropFilter: Rule = {
  attributes: [...GEOMETRY, "filterShape"],
  types: FLOAT,
  wants: { x: NCHW, dy: NCHW, "": OIHW },
  infer: ({ x }, attributes) => {
    if (isDilated(geometryOf(x.shape, attributes.filterShape as Shape4, attributes)))
      throw dilated("Conv2DBackpropFilter")
    return { shape: attributes.filterShape as Shape4, dtype: x.dtype }
  },
  lower: (emit, { x, dy }, attributes, [output]) => {
    const info = backwards(geometryOf(x.shape, output.shape, attributes), dy)
    const name = methodOf(info)(emit, emit.place(x, NCHW), emit.place(dy, NCHW), info)
    return { ...output, order: OIHW, name }
  }
}

/** x and dy to the gradient, in ONNX's orders. */
type Method = (emit: Emitter, x: string, dy: string, info: Geometry) => string

/** The method that writes the least. */
const methodOf = (info: Geometry): Method => {
  const { filterHeight, filterWidth, inChannels, outChannels, inHeight, inWidth, outHeight, outWidth } = info
  const taps = filterHeight * filterWidth
  if (taps === 1 && !isStrided(info) && padsOf(info).every((n) => n === 0)) return oneTap
  if (isStrided(info) || outHeight > inHeight || outWidth > inWidth) return byTaps
  if (taps * inChannels * outChannels > (inChannels + outChannels) * inHeight * inWidth) return asOne
  return taps * inChannels + outChannels < filterHeight * inChannels + filterWidth * outChannels ? byTaps : byBands
}

/** a [n, ka, p], b [n, kb, p] -> the sum over n of a b^T, [ka, kb]. */
const correlate = (emit: Emitter, n: number, a: string, b: string): string => {
  const products = emit.matMul(a, b, { transposeB: true, ranks: [3, 3] })
  return n === 1 ? products : emit.op("ReduceSum", [products, emit.ints([0])], { keepdims: 0 })
}

const oneTap: Method = (emit, x, dy, info) => {
  const { batchSize, inChannels, outChannels, inHeight, inWidth } = info
  const flat = (name: string, channels: number) => emit.reshape(name, [batchSize, channels, inHeight * inWidth])
  const sums = correlate(emit, batchSize, flat(dy, outChannels), flat(x, inChannels))
  return emit.reshape(sums, [outChannels, inChannels, 1, 1])
}

/** A copy of x for each tap. */
const byTaps: Method = (emit, x, dy, info) => {
  const { batchSize, inChannels, outChannels, outHeight, outWidth, filterHeight, filterWidth } = info
  const positions = outHeight * outWidth
  const wide = shifted(emit, x, padsOf(info))
  const taps = Array.from({ length: filterHeight * filterWidth }, (_, tap) => {
    return seenBy(emit, wide, Math.floor(tap / filterWidth), tap % filterWidth, info)
  })
  const gathered = taps.length === 1 ? taps[0] : emit.op("Concat", taps, { axis: 2 })
  const sums = correlate(
    emit,
    batchSize,
    emit.reshape(dy, [batchSize, outChannels, positions]),
    emit.reshape(gathered, [batchSize, inChannels * taps.length, positions])
  )
  return emit.reshape(sums, [outChannels, inChannels, filterHeight, filterWidth])
}

/**
 * dW[r, c] = sum x[h + r, w] dy[h, w - c]: filterHeight copies of x and filterWidth of dy give all taps at once. The rows of a
 * map follow each other in memory, so that a map is moved down by moving all of it by a row's length; and to a side by moving
 * all of it by one, where the columns that would come into the next row are made 0.
 */
const byBands: Method = (emit, x, dy, info) => {
  const { batchSize, inChannels, outChannels, inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth } = info
  const { top, left } = info.padInfo
  const length = inHeight * inWidth
  // Zeros that keep what is moved out of one copy from meeting anything in the next.
  const period = length + Math.max(inWidth * Math.max(1, top, filterHeight - 1 - top), filterWidth - 1)
  const errors = shifted(emit, dy, [0, 0, inHeight - outHeight, inWidth - outWidth])
  const columns = Array.from({ length: filterWidth }, (_, c) => withoutEdge(emit, errors, inWidth, left - c))
  const rows = Array.from({ length: filterHeight }, () => x)
  // Both begin `left` later than they would, so that no column has to begin before the first.
  const sums = correlate(
    emit,
    batchSize,
    series(emit, [batchSize, outChannels, length], period, columns, (c) => c * (period + 1)),
    series(emit, [batchSize, inChannels, length], period, rows, (r) => top * inWidth + left + r * (period - inWidth))
  )
  const byTap = emit.reshape(sums, [outChannels, filterWidth, inChannels, filterHeight])
  return emit.op("Transpose", [byTap], { perm: [0, 2, 3, 1] })
}

/**
 * All images as one, below each other with rows of zeros between, and a copy of it for each tap. The one product sums over
 * images too and gives the filter as it is wanted, which pays where the filter is larger than the maps.
 */
const asOne: Method = (emit, x, dy, info) => {
  const { batchSize, inChannels, outChannels, inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth } = info
  const { top, left } = info.padInfo
  const height = inHeight + Math.max(top, filterHeight - 1 - top)
  const length = batchSize * height * inWidth
  const period = length + Math.max(inWidth, filterWidth - 1)
  const below = (map: string, rows: number, columns: number) =>
    shifted(emit, emit.op("Transpose", [map], { perm: [1, 0, 2, 3] }), [0, 0, height - rows, inWidth - columns])
  const seen = below(x, inHeight, inWidth)
  const columns = Array.from({ length: filterWidth }, (_, c) => withoutEdge(emit, seen, inWidth, c - left))
  const taps = Array.from({ length: filterHeight }, () => columns).flat()
  const moved = (tap: number) => (Math.floor(tap / filterWidth) - top) * inWidth + (tap % filterWidth) - left
  const sums = correlate(
    emit,
    1,
    series(emit, [1, outChannels, length], period, [below(dy, outHeight, outWidth)], () => 0),
    series(emit, [1, inChannels, length], period, taps, (tap) => tap * period - moved(tap))
  )
  return emit.reshape(sums, [outChannels, inChannels, filterHeight, filterWidth])
}

/** A map whose first columns are 0, as many as `columns`, or its last ones where that is negative. */
const withoutEdge = (emit: Emitter, x: string, width: number, columns: number): string => {
  if (columns === 0) return x
  const kept = Float32Array.from({ length: width }, (_, w) => Number(w >= columns && w < width + columns))
  return emit.op("Mul", [x, emit.tensor("float32", [width], kept)])
}

/**
 * Maps [n, channels, length] one after the other among zeros, each from where it begins, cut into pieces as long as a
 * `period`: [n, channels * maps, period].
 */
const series = (
  emit: Emitter,
  [n, channels, length]: readonly [number, number, number],
  period: number,
  maps: ReadonlyArray<string>,
  beginOf: (map: number) => number
): string => {
  const zeros = (count: number) =>
    count === 0 ? [] : [emit.op("Expand", [emit.scalar("float32", 0), emit.ints([n, channels, count])])]
  const endOf = (map: number) => (map < 0 ? 0 : beginOf(map) + length)
  const parts = maps.flatMap((map, i) => [
    ...zeros(beginOf(i) - endOf(i - 1)),
    emit.reshape(map, [n, channels, length])
  ])
  const rest = zeros(period * maps.length - endOf(maps.length - 1))
  const joined = emit.op("Concat", [...parts, ...rest], { axis: 2 })
  return emit.reshape(joined, [n, channels * maps.length, period])
}
