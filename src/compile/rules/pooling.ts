import { backend_util } from "@tensorflow/tfjs-core"
import { CompileError } from "../compileError.ts"
import type { Emitter } from "../emitter.ts"
import { type Attributes, sizeOf } from "../graph.ts"
import { NCHW, physical } from "../layout.ts"
import type { Rule, Rules } from "./rule.ts"

const ATTRIBUTES = ["filterSize", "strides", "pad", "dimRoundingMode"]

type Shape4 = [number, number, number, number]

const geometryOf = (x: ReadonlyArray<number>, { filterSize, strides, pad, dimRoundingMode }: Attributes) =>
  backend_util.computePool2DInfo(
    x as Shape4,
    filterSize as [number, number],
    strides as [number, number],
    1,
    pad as number,
    dimRoundingMode as "floor"
  )

type Geometry = ReturnType<typeof geometryOf>

const told = ({ filterHeight, filterWidth, strideHeight, strideWidth, padInfo }: Geometry) => ({
  kernel_shape: [filterHeight, filterWidth],
  strides: [strideHeight, strideWidth],
  pads: [padInfo.top, padInfo.left, padInfo.bottom, padInfo.right]
})

const pool = (op: "MaxPool" | "AveragePool"): Rule => ({
  attributes: ATTRIBUTES,
  wants: { x: NCHW, "": NCHW },
  infer: ({ x }, attributes) => ({ shape: geometryOf(x.shape, attributes).outShape, dtype: x.dtype }),
  lower: (emit, { x }, attributes, [output]) => ({
    ...output,
    name: emit.op(op, [emit.place(x, NCHW)], told(geometryOf(x.shape, attributes))),
    order: NCHW
  })
})

/** Each error goes to the position that had the window's maximum, the first of equal ones. */
const maxPoolGrad: Rule = {
  attributes: ATTRIBUTES,
  wants: { dy: NCHW, input: NCHW, "": NCHW },
  infer: ({ input }) => input,
  lower: (emit, { dy, input }, attributes, [output]) => {
    const size = sizeOf(input.shape)
    const [, winners] = emit.ops("MaxPool", [emit.place(input, NCHW)], 2, told(geometryOf(input.shape, attributes)))
    const flat = (name: string) => emit.reshape(name, [sizeOf(dy.shape)])
    const zeros = emit.op("Expand", [emit.scalar("float32", 0), emit.ints([size])])
    const errors = flat(emit.place(dy, NCHW))
    const spread = emit.op("ScatterElements", [zeros, flat(winners), errors], {
      axis: 0,
      reduction: "add"
    })
    return { ...output, name: emit.reshape(spread, physical(output.shape, NCHW)), order: NCHW }
  }
}

/** Each error is shared out among the positions of its window that are not padding: a product along each axis. */
const avgPoolGrad: Rule = {
  attributes: ATTRIBUTES,
  wants: { dy: NCHW, "": NCHW },
  infer: ({ input }) => input,
  lower: (emit, { dy, input }, attributes, [output]) => {
    const info = geometryOf(input.shape, attributes)
    const { inHeight, outHeight, filterHeight, strideHeight, padInfo } = info
    const rows = shares(emit, inHeight, outHeight, filterHeight, strideHeight, padInfo.top)
    const columns = shares(emit, info.inWidth, info.outWidth, info.filterWidth, info.strideWidth, padInfo.left)
    const spread = emit.op("MatMul", [rows, emit.place(dy, NCHW)])
    const transposed = emit.matMul(spread, columns, { transposeB: true, ranks: [4, 2] })
    return { ...output, name: transposed, order: NCHW }
  }
}

/** [in, out]: 1 / n where one of the n positions of window `out` is `in`. */
const shares = (
  emit: Emitter,
  length: number,
  windows: number,
  filter: number,
  stride: number,
  pad: number
): string => {
  const matrix = new Float32Array(length * windows)
  for (let j = 0; j < windows; j++) {
    const from = Math.max(0, j * stride - pad)
    const to = Math.min(length, j * stride - pad + filter)
    for (let i = from; i < to; i++) matrix[i * windows + j] = 1 / (to - from)
  }
  return emit.tensor("float32", [length, windows], matrix)
}

const RESIZE = ["alignCorners", "halfPixelCenters", "size"]

type Size = readonly [height: number, width: number]

const sizedLike = (shape: ReadonlyArray<number>, size: unknown) => [shape[0], ...(size as Size), shape[3]]

/**
 * Weights of a resize along one axis, [out, in], by tfjs's rules: with aligned corners (in - 1) / (out - 1) apart, with half
 * pixels as cameras see, else in / out apart from 0.
 */
const interpolation = (from: number, to: number, { alignCorners, halfPixelCenters }: Attributes, nearest: boolean) => {
  const scale = alignCorners === true && to > 1 ? (from - 1) / (to - 1) : from / to
  const matrix = new Float32Array(to * from)
  for (let j = 0; j < to; j++) {
    const at = halfPixelCenters === true ? scale * (j + 0.5) - (nearest ? 0 : 0.5) : scale * j
    if (nearest) {
      const rounded = alignCorners === true ? roundHalfUp(at) : Math.floor(at)
      matrix[j * from + Math.max(0, Math.min(from - 1, rounded))] = 1
      continue
    }
    const low = Math.max(0, Math.floor(at))
    const high = Math.min(from - 1, Math.ceil(Math.max(at, 0)))
    const share = Math.max(0, at) - low
    matrix[j * from + Math.min(low, from - 1)] += 1 - share
    matrix[j * from + high] += share
  }
  return matrix
}

const roundHalfUp = (x: number) => Math.floor(x + 0.5)

/** Both axes, as products with matrices, or with their transposes. */
const along = (emit: Emitter, x: string, from: Size, to: Size, attributes: Attributes, nearest: boolean): string => {
  const [rows, columns] = [0, 1].map((axis) =>
    emit.tensor("float32", [to[axis], from[axis]], interpolation(from[axis], to[axis], attributes, nearest))
  )
  const tall = emit.op("MatMul", [rows, x])
  return emit.matMul(tall, columns, { transposeB: true, ranks: [4, 2] })
}

const resize = (nearest: boolean): Rule => ({
  attributes: RESIZE,
  wants: { images: NCHW, "": NCHW },
  infer: ({ images }, { size }) => ({
    shape: sizedLike(images.shape, size),
    dtype: nearest ? images.dtype : "float32"
  }),
  lower: (emit, { images }, attributes, [output]) => {
    const x = emit.place(images, NCHW)
    const [, height, width] = images.shape
    const to = attributes.size as Size
    const whole = to.map((n, axis) => n / [height, width][axis])
    if (nearest && attributes.alignCorners !== true && whole.every(Number.isInteger)) {
      return { ...output, name: repeated(emit, x, images.shape, whole), order: NCHW }
    }
    if (!nearest && attributes.alignCorners === true) {
      const sizes = emit.ints(physical(output.shape, NCHW))
      const told = { mode: "linear", coordinate_transformation_mode: "align_corners" }
      return { ...output, name: emit.op("Resize", [x, "", "", sizes], told), order: NCHW }
    }
    const float = images.dtype === "float32" ? x : emit.cast(x, "float32")
    const name = along(emit, float, [height, width], to, attributes, nearest)
    return { ...output, name: output.dtype === "float32" ? name : emit.cast(name, output.dtype), order: NCHW }
  }
})

/** Each pixel as a block of equal ones. */
const repeated = (
  emit: Emitter,
  x: string,
  [n, h, w, c]: ReadonlyArray<number>,
  [a, b]: ReadonlyArray<number>
): string => {
  const wide = emit.op("Expand", [emit.reshape(x, [n, c, h, 1, w, 1]), emit.ints([n, c, h, a, w, b])])
  return emit.reshape(wide, [n, c, h * a, w * b])
}

/** The transposed products: each pixel gathers the errors of those that were made of it. */
const resizeGrad = (nearest: boolean): Rule => ({
  attributes: RESIZE,
  wants: { dy: NCHW, "": NCHW },
  infer: ({ images, dy }) => ({ shape: images.shape, dtype: dy.dtype }),
  lower: (emit, { images, dy }, attributes, [output]) => {
    const [, height, width] = images.shape
    const [, tall, wide] = dy.shape
    const [rows, columns] = [
      emit.tensor("float32", [tall, height], interpolation(height, tall, attributes, nearest)),
      emit.tensor("float32", [wide, width], interpolation(width, wide, attributes, nearest))
    ]
    const shrunk = emit.op("MatMul", [emit.place(dy, NCHW), columns])
    const name = emit.matMul(rows, shrunk, { transposeA: true, ranks: [2, 4] })
    return { ...output, name, order: NCHW }
  }
})

const refused = (op: string, remedy: string): Rule => ({
  infer: () => {
    throw new CompileError({ op, reason: "ONNX Runtime has nothing like it", remedy })
  },
  lower: () => []
})

/** Kernels that pool and resize maps. */
export const pooling: Rules = {
  AvgPool: pool("AveragePool"),
  AvgPoolGrad: avgPoolGrad,
  MaxPool: pool("MaxPool"),
  MaxPoolGrad: maxPoolGrad,
  MaxPoolWithArgmax: refused("MaxPoolWithArgmax", "use maxPool"),
  ResizeBilinear: resize(false),
  ResizeBilinearGrad: resizeGrad(false),
  ResizeNearestNeighbor: resize(true),
  ResizeNearestNeighborGrad: resizeGrad(true)
}
