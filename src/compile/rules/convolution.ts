import { backend_util } from "@tensorflow/tfjs-core"
import { CompileError } from "../compileError.ts"
import type { Emitter, Laid } from "../emitter.ts"
import { type Attributes, sizeOf, type TensorType } from "../graph.ts"
import { NCHW, OIHW, type Order } from "../layout.ts"
import { backwards, type Geometry, padsOf, type Shape4 } from "./padding.ts"
import { FLOAT, type LoweredRule, type Rule, type Rules } from "./rule.ts"

/** In, out, height, width, for tfjs's filters; and channel, multiplier, height, width, for depthwise ones. */
const IOHW: Order = [2, 3, 0, 1]

const GEOMETRY = ["strides", "pad", "dataFormat", "dilations", "dimRoundingMode"]

/** Sizes, strides and pads of a convolution; refuses what the lowerings do not do. */
const geometryOf = (
  x: ReadonlyArray<number>,
  filter: ReadonlyArray<number>,
  attributes: Attributes,
  depthwise = false
): Geometry => {
  const { strides, pad, dataFormat = "NHWC", dilations = 1, dimRoundingMode } = attributes
  if (dataFormat !== "NHWC") {
    throw new CompileError({ op: "a convolution", reason: `its layout is ${dataFormat}`, remedy: "use NHWC" })
  }
  return backend_util.computeConv2DInfo(
    x as Shape4,
    filter as Shape4,
    strides as [number, number],
    dilations as [number, number],
    pad as number,
    dimRoundingMode as "floor",
    depthwise
  )
}

const stridesOf = ({ strideHeight, strideWidth }: Geometry) => [strideHeight, strideWidth]

const dilationsOf = ({ dilationHeight, dilationWidth }: Geometry) => [dilationHeight, dilationWidth]

const isDilated = (info: Geometry) => info.dilationHeight > 1 || info.dilationWidth > 1

const isStrided = (info: Geometry) => info.strideHeight > 1 || info.strideWidth > 1

const told = (info: Geometry) => ({ strides: stridesOf(info), pads: padsOf(info), dilations: dilationsOf(info) })

/** What each kernel of this file gives: a map in ONNX's order. */
const map = (output: TensorType, name: string): Laid => ({ ...output, name, order: NCHW })

/** The type of a result, where there is something that it is the sum of: else ONNX Runtime gives what was in memory, or hangs. */
const ofSome = (op: string, filter: TensorType, result: TensorType): TensorType => {
  if (sizeOf(filter.shape) > 0 || sizeOf(result.shape) === 0) return result
  throw new CompileError({ op, reason: "what it convolves has no channels", remedy: "use zeros in its place" })
}

const conv2d: LoweredRule = {
  attributes: GEOMETRY,
  types: FLOAT,
  wants: { x: NCHW, filter: OIHW, "": NCHW },
  infer: ({ x, filter }, attributes) =>
    ofSome("Conv2D", filter, { shape: geometryOf(x.shape, filter.shape, attributes).outShape, dtype: x.dtype }),
  lower: (emit, { x, filter, bias }, attributes, [output]) => {
    const info = geometryOf(x.shape, filter.shape, attributes)
    const inputs = [emit.place(x, NCHW), emit.place(filter, OIHW), ...biasOf(emit, bias)]
    return map(output, emit.op("Conv", inputs, told(info)))
  }
}

/** A number for each channel, where a convolution has taken one in. */
const biasOf = (emit: Emitter, bias: Laid | undefined) => (bias === undefined ? [] : [emit.place(bias, [0])])

/**
 * Gradient by the input. At stride 1 a convolution of dy with the turned filter, which ONNX Runtime does faster than the
 * transposed convolution that it is at other strides.
 */
const conv2dBackpropInput: Rule = {
  attributes: [...GEOMETRY, "inputShape"],
  types: FLOAT,
  wants: { dy: NCHW, filter: OIHW, "": NCHW },
  infer: ({ dy, filter }, attributes) => {
    const info = geometryOf(attributes.inputShape as Shape4, filter.shape, attributes)
    if (isDilated(info)) throw dilated("Conv2DBackpropInput")
    return ofSome("Conv2DBackpropInput", filter, { shape: attributes.inputShape as Shape4, dtype: dy.dtype })
  },
  lower: (emit, { dy, filter, bias }, attributes, [output]) => {
    const info = backwards(geometryOf(output.shape, filter.shape, attributes), dy)
    const { filterHeight, filterWidth, padInfo } = info
    const [top, left] = [filterHeight - 1 - padInfo.top, filterWidth - 1 - padInfo.left]
    // The far side's pads make the result as large as the input was.
    const bottom = info.inHeight - info.outHeight + filterHeight - 1 - top
    const right = info.inWidth - info.outWidth + filterWidth - 1 - left
    const pads = [top, left, bottom, right]
    const [errors, added] = [emit.place(dy, NCHW), biasOf(emit, bias)]
    return isStrided(info) || pads.some((n) => n < 0)
      ? map(output, convTranspose(emit, [errors, emit.place(filter, OIHW), ...added], info))
      : map(output, emit.op("Conv", [errors, turned(emit, filter), ...added], { pads }))
  }
}

const dilated = (op: string) =>
  new CompileError({
    op,
    reason: "its filter is dilated",
    remedy: "use hepaflow's dilatedConv2d, which has a gradient"
  })

/** A filter with in and out swapped and its taps in reverse: a product with an exchange matrix beats a slice with steps -1. */
const turned = (emit: Emitter, filter: Laid): string => {
  const [height, width, fanIn, fanOut] = filter.shape
  const taps = height * width
  const swapped = emit.place(filter, IOHW)
  if (taps === 1) return swapped
  const exchange = Float32Array.from({ length: taps * taps }, (_, i) =>
    Number((i % taps) + Math.floor(i / taps) === taps - 1)
  )
  const flat = emit.reshape(swapped, [fanIn * fanOut, taps])
  const reversed = emit.op("MatMul", [flat, emit.tensor("float32", [taps, taps], exchange)])
  return emit.reshape(reversed, [fanIn, fanOut, height, width])
}

const convTranspose = (emit: Emitter, inputs: ReadonlyArray<string>, info: Geometry, group = 1): string => {
  const rest = (length: number, out: number, stride: number, filterLength: number, pads: number) =>
    length - (stride * (out - 1) + filterLength - pads)
  const [top, left, bottom, right] = padsOf(info)
  const [height, width] = [
    rest(info.inHeight, info.outHeight, info.strideHeight, info.effectiveFilterHeight, top + bottom),
    rest(info.inWidth, info.outWidth, info.strideWidth, info.effectiveFilterWidth, left + right)
  ]
  return emit.op("ConvTranspose", inputs, { ...told(info), output_padding: [height, width], group })
}

/**
 * Gradient by the filter, as one product over all positions of an image, summed over images. What is left to choose is how
 * the taps' shifted copies are made: each of x, or rows of x and columns of dy, whichever makes the smaller copies.
 */
const conv2dBackpropFilter: Rule = {
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
    const { filterHeight, filterWidth, inChannels, outChannels } = info
    const [input, errors] = [emit.place(x, NCHW), emit.place(dy, NCHW)]
    const all = filterHeight * filterWidth
    if (all === 1 && !isStrided(info) && padsOf(info).every((n) => n === 0)) {
      return { ...output, order: OIHW, name: oneTap(emit, input, errors, info) }
    }
    const copiesOfTaps = all * inChannels + outChannels
    const copiesOfBands = filterHeight * inChannels + filterWidth * outChannels
    const grows = info.outHeight > info.inHeight || info.outWidth > info.inWidth
    return isStrided(info) || grows || copiesOfTaps < copiesOfBands
      ? { ...output, order: OIHW, name: byTaps(emit, input, errors, info) }
      : { ...output, order: OIHW, name: byBands(emit, input, errors, info) }
  }
}

/** a [n, ka, p], b [n, kb, p] -> the sum over images of a b^T, [ka, kb]. */
const correlate = (emit: Emitter, a: string, b: string): string => {
  const products = emit.matMul(a, b, { transposeB: true, ranks: [3, 3] })
  return emit.op("ReduceSum", [products, emit.ints([0])], { keepdims: 0 })
}

const oneTap = (emit: Emitter, x: string, dy: string, info: Geometry): string => {
  const { batchSize, inChannels, outChannels, inHeight, inWidth } = info
  const flat = (name: string, channels: number) => emit.reshape(name, [batchSize, channels, inHeight * inWidth])
  return emit.reshape(correlate(emit, flat(dy, outChannels), flat(x, inChannels)), [outChannels, inChannels, 1, 1])
}

const byTaps = (emit: Emitter, x: string, dy: string, info: Geometry): string => {
  const { batchSize, inChannels, outChannels, outHeight, outWidth, filterHeight, filterWidth } = info
  const positions = outHeight * outWidth
  const wide = shifted(emit, x, padsOf(info))
  const taps = Array.from({ length: filterHeight * filterWidth }, (_, tap) => {
    const [row, column] = [Math.floor(tap / filterWidth), tap % filterWidth]
    return emit.reshape(seenBy(emit, wide, row, column, info), [batchSize, inChannels, positions])
  })
  const gathered = taps.length === 1 ? taps[0] : emit.op("Concat", taps, { axis: 1 })
  const sums = correlate(emit, emit.reshape(dy, [batchSize, outChannels, positions]), gathered)
  const byTap = emit.reshape(sums, [outChannels, filterHeight, filterWidth, inChannels])
  return emit.op("Transpose", [byTap], { perm: [0, 3, 1, 2] })
}

/** What one tap of a filter sees at all positions, of a map with its padding. */
const seenBy = (emit: Emitter, wide: string, row: number, column: number, info: Geometry): string => {
  const { outHeight, outWidth, strideHeight, strideWidth } = info
  return emit.op("Slice", [
    wide,
    emit.ints([row, column]),
    emit.ints([row + (outHeight - 1) * strideHeight + 1, column + (outWidth - 1) * strideWidth + 1]),
    emit.ints([2, 3]),
    emit.ints([strideHeight, strideWidth])
  ])
}

/**
 * dW[r, c] = sum x[h + r, w] dy[h, w - c]: filterHeight copies of x and filterWidth of dy give all taps at once. The rows of a
 * map follow each other in memory, so that a map is moved down by moving all of it by a row's length; and to a side by moving
 * all of it by one, where the columns that would come into the next row are made 0.
 */
const byBands = (emit: Emitter, x: string, dy: string, info: Geometry): string => {
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
    series(emit, columns, [batchSize, outChannels, length], { first: 0, apart: period + 1, period }),
    series(emit, rows, [batchSize, inChannels, length], {
      first: top * inWidth + left,
      apart: period - inWidth,
      period
    })
  )
  const byTap = emit.reshape(sums, [outChannels, filterWidth, inChannels, filterHeight])
  return emit.op("Transpose", [byTap], { perm: [0, 2, 3, 1] })
}

/** A map whose first columns are 0, as many as `columns`, or its last ones where that is negative. */
const withoutEdge = (emit: Emitter, x: string, width: number, columns: number): string => {
  if (columns === 0) return x
  const kept = Float32Array.from({ length: width }, (_, w) => Number(w >= columns && w < width + columns))
  return emit.op("Mul", [x, emit.tensor("float32", [width], kept)])
}

/**
 * Maps one after the other among zeros, the beginnings of two `apart`, cut into pieces as long as a `period`:
 * [n, channels * maps, period]. Where the two differ, each piece sees its map moved a step further than the piece before.
 */
const series = (
  emit: Emitter,
  maps: ReadonlyArray<string>,
  [n, channels, length]: readonly [number, number, number],
  { first, apart, period }: { readonly first: number; readonly apart: number; readonly period: number }
): string => {
  const zeros = (count: number) =>
    count === 0 ? [] : [emit.op("Expand", [emit.scalar("float32", 0), emit.ints([n, channels, count])])]
  const rest = period * maps.length - (first + apart * (maps.length - 1) + length)
  const parts = maps.flatMap((map, i) => [
    ...zeros(i === 0 ? first : apart - length),
    emit.reshape(map, [n, channels, length])
  ])
  const joined = emit.op("Concat", [...parts, ...zeros(rest)], { axis: 2 })
  return emit.reshape(joined, [n, channels * maps.length, period])
}

/** A map with zeros put around it, or with its border cut off where a pad is negative. */
const shifted = (emit: Emitter, x: string, [top, left, bottom, right]: ReadonlyArray<number>): string =>
  [top, left, bottom, right].every((n) => n === 0)
    ? x
    : emit.op("Pad", [x, emit.ints([0, 0, top, left, 0, 0, bottom, right])])

const depthwise: LoweredRule = {
  attributes: GEOMETRY,
  types: FLOAT,
  wants: { x: NCHW, "": NCHW },
  infer: ({ x, filter }, attributes) => ({
    shape: geometryOf(x.shape, filter.shape, attributes, true).outShape,
    dtype: x.dtype
  }),
  lower: (emit, { x, filter, bias }, attributes, [output]) => {
    const info = geometryOf(x.shape, filter.shape, attributes, true)
    const inputs = [emit.place(x, NCHW), grouped(emit, filter), ...biasOf(emit, bias)]
    return map(output, emit.op("Conv", inputs, { ...told(info), group: info.inChannels }))
  }
}

/** A depthwise filter as one of [in multiplier, 1, h, w]. */
const grouped = (emit: Emitter, filter: Laid): string => {
  const [height, width, channels, multiplier] = filter.shape
  return emit.reshape(emit.place(filter, IOHW), [channels * multiplier, 1, height, width])
}

const depthwiseBackpropInput: Rule = {
  attributes: [...GEOMETRY, "inputShape"],
  types: FLOAT,
  wants: { dy: NCHW, "": NCHW },
  infer: ({ dy, filter }, attributes) =>
    ofSome("DepthwiseConv2dNativeBackpropInput", filter, { shape: attributes.inputShape as Shape4, dtype: dy.dtype }),
  lower: (emit, { dy, filter }, attributes, [output]) => {
    const info = geometryOf(output.shape, filter.shape, attributes, true)
    return map(output, convTranspose(emit, [emit.place(dy, NCHW), grouped(emit, filter)], info, info.inChannels))
  }
}

/** One tap after the other: the sum over images and positions of what it sees times the error. */
const depthwiseBackpropFilter: Rule = {
  attributes: [...GEOMETRY, "filterShape"],
  types: FLOAT,
  wants: { x: NCHW, dy: NCHW },
  infer: ({ x }, attributes) => ({ shape: attributes.filterShape as Shape4, dtype: x.dtype }),
  lower: (emit, { x, dy }, attributes, [output]) => {
    const info = geometryOf(x.shape, output.shape, attributes, true)
    const [height, width, channels, multiplier] = output.shape
    const { batchSize, outHeight, outWidth, dilationHeight, dilationWidth } = info
    const wide = shifted(emit, emit.place(x, NCHW), padsOf(info))
    const errors = emit.reshape(emit.place(dy, NCHW), [batchSize, channels, multiplier, outHeight, outWidth])
    const taps = Array.from({ length: height * width }, (_, tap) => {
      const [row, column] = [Math.floor(tap / width) * dilationHeight, (tap % width) * dilationWidth]
      const seen = seenBy(emit, wide, row, column, info)
      const both = emit.op("Mul", [emit.reshape(seen, [batchSize, channels, 1, outHeight, outWidth]), errors])
      const sums = emit.op("ReduceSum", [both, emit.ints([0, 3, 4])], { keepdims: 0 })
      return emit.reshape(sums, [1, channels, multiplier])
    })
    const name = emit.reshape(emit.op("Concat", taps, { axis: 0 }), output.shape)
    return { ...output, name, order: [0, 1, 2, 3] }
  }
}

/** What tfjs's fused kernels may end with. */
const ACTIVATIONS = ["linear", "relu", "relu6", "elu", "sigmoid", "leakyrelu", "prelu"]

/** A kernel with bias and activation of a kernel without. */
export const fused = (rule: LoweredRule, name: string): Rule => ({
  attributes: [...(rule.attributes ?? []), "activation", "leakyreluAlpha"],
  types: FLOAT,
  ...(rule.wants && { wants: rule.wants }),
  infer: (inputs, { activation = "linear", leakyreluAlpha: _, ...attributes }) => {
    if (activation === "prelu" && inputs.preluActivationWeights === undefined) {
      throw new CompileError({ op: name, reason: "its PReLU has no weights", remedy: "give preluActivationWeights" })
    }
    if (!ACTIVATIONS.includes(activation as string)) {
      throw new CompileError({
        op: name,
        reason: `its activation is ${activation}`,
        remedy: `use ${ACTIVATIONS.join(", ")}`
      })
    }
    return rule.infer(inputs, attributes)
  },
  lower: (emit, given, { activation = "linear", leakyreluAlpha, ...attributes }, outputs) => {
    const { bias, preluActivationWeights: weights, ...inputs } = given
    // A convolution adds a number for each channel itself.
    const within = (rule === conv2d || rule === depthwise) && bias?.shape.join() === `${outputs[0].shape.at(-1)}`
    const plain = rule.lower(emit, within ? { ...inputs, bias } : inputs, attributes, outputs) as Laid
    const sum =
      bias === undefined || within ? plain.name : emit.op("Add", [plain.name, emit.operand(bias, plain.order)])
    const below = { leaky: Number(leakyreluAlpha ?? 0.2), weights: () => emit.operand(weights, plain.order) }
    return { ...plain, name: activated(emit, sum, activation as string, below) }
  }
})

/** What negative numbers are multiplied by. */
interface Below {
  readonly leaky: number
  readonly weights: () => string
}

const activated = (emit: Emitter, x: string, activation: string, { leaky, weights }: Below): string => {
  switch (activation) {
    case "relu":
      return emit.op("Relu", [x])
    case "relu6":
      return emit.op("Clip", [x, emit.scalar("float32", 0), emit.scalar("float32", 6)])
    case "elu":
      return emit.op("Elu", [x])
    case "sigmoid":
      return emit.op("Sigmoid", [x])
    case "leakyrelu":
      return emit.op("LeakyRelu", [x], { alpha: { float: leaky } })
    case "prelu":
      return parametric(emit, x, weights())
    default:
      return x
  }
}

/** x where it is positive, else alpha x. */
export const parametric = (emit: Emitter, x: string, alpha: string): string => {
  const zero = emit.scalar("float32", 0)
  return emit.op("Add", [emit.op("Max", [x, zero]), emit.op("Mul", [alpha, emit.op("Min", [x, zero])])])
}

/** Convolutions and their gradients. */
export const convolutions: Rules = {
  Conv2D: conv2d,
  Conv2DBackpropFilter: conv2dBackpropFilter,
  Conv2DBackpropInput: conv2dBackpropInput,
  DepthwiseConv2dNative: depthwise,
  DepthwiseConv2dNativeBackpropFilter: depthwiseBackpropFilter,
  DepthwiseConv2dNativeBackpropInput: depthwiseBackpropInput,
  FusedConv2D: fused(conv2d, "FusedConv2D"),
  FusedDepthwiseConv2D: fused(depthwise, "FusedDepthwiseConv2D")
}
