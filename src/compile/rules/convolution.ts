import { CompileError } from "../compileError.ts"
import type { Emitter, Laid } from "../emitter.ts"
import { sizeOf, type TensorType } from "../graph.ts"
import { NCHW, OIHW, type Order } from "../layout.ts"
import { conv2dBackpropFilter } from "./filterGradient.ts"
import { dilated, dilationsOf, GEOMETRY, geometryOf, isDilated, isStrided, stridesOf } from "./geometry.ts"
import { backwards, type Geometry, padsOf, type Shape4 } from "./padding.ts"
import { FLOAT, type LoweredRule, type Rule, type Rules } from "./rule.ts"
import { seenBy, shifted } from "./taps.ts"

/** In, out, height, width, for tfjs's filters; and channel, multiplier, height, width, for depthwise ones. */
const IOHW: Order = [2, 3, 0, 1]

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
