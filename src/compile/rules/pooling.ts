import { backend_util } from "@tensorflow/tfjs-core"
import { CompileError } from "../compileError.ts"
import type { Emitter, Laid } from "../emitter.ts"
import { type Attributes, type DType, sizeOf } from "../graph.ts"
import { NCHW, physical, sameMemory } from "../layout.ts"
import { backwards, type Geometry, padsOf, type Shape4 } from "./padding.ts"
import { FLOAT, NUMBERS, type Rule, type Rules } from "./rule.ts"

const ATTRIBUTES = ["filterSize", "strides", "pad", "dimRoundingMode"]

const geometryOf = (x: ReadonlyArray<number>, { filterSize, strides, pad, dimRoundingMode }: Attributes): Geometry =>
  backend_util.computePool2DInfo(
    x as Shape4,
    filterSize as [number, number],
    strides as [number, number],
    1,
    pad as number,
    dimRoundingMode as "floor"
  )

const told = (info: Geometry) => ({
  kernel_shape: [info.filterHeight, info.filterWidth],
  strides: [info.strideHeight, info.strideWidth],
  pads: padsOf(info)
})

/**
 * A map that ONNX Runtime does not take for one with a border: it makes a Pad part of a pooling that sees it, whose own border
 * counts for nothing where that of a Pad is 0. The largest of one is a copy.
 */
const withBorder = (emit: Emitter, map: string): string => {
  const madeBy = (name: string) => emit.nodes.find(({ outputs }) => outputs.includes(name))
  let maker = madeBy(map)
  while (maker?.op === "Transpose" || maker?.op === "Reshape") maker = madeBy(maker.inputs[0])
  return maker?.op === "Pad" ? emit.op("Max", [map]) : map
}

/** The largest of nothing but negative infinity is the least finite number, and NaN is seen or not, by its place. */
const pool = (op: "MaxPool" | "AveragePool"): Rule => ({
  attributes: ATTRIBUTES,
  types: FLOAT,
  wants: { x: NCHW, "": NCHW },
  infer: ({ x }, attributes) => {
    const info = geometryOf(x.shape, attributes)
    const { kernel_shape, pads } = told(info)
    if (pads.every((n, side) => n < kernel_shape[side % 2])) return { shape: info.outShape, dtype: x.dtype }
    throw new CompileError({ op, reason: "a window of it sees nothing but padding", remedy: "pad less" })
  },
  lower: (emit, { x }, attributes, [output]) => ({
    ...output,
    name: emit.op(op, [withBorder(emit, emit.place(x, NCHW))], told(geometryOf(x.shape, attributes))),
    order: NCHW
  })
})

/** Each error goes to the position that had the window's maximum, the first of equal ones. */
const maxPoolGrad: Rule = {
  attributes: ATTRIBUTES,
  types: FLOAT,
  wants: { dy: NCHW, input: NCHW, "": NCHW },
  infer: ({ input }) => input,
  lower: (emit, { dy, input }, attributes, [output]) => {
    const size = sizeOf(input.shape)
    const info = backwards(geometryOf(input.shape, attributes), dy)
    const [, winners] = emit.ops("MaxPool", [withBorder(emit, emit.place(input, NCHW))], 2, told(info))
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
  types: FLOAT,
  wants: { dy: NCHW, "": NCHW },
  infer: ({ input }) => input,
  lower: (emit, { dy, input }, attributes, [output]) => {
    const info = backwards(geometryOf(input.shape, attributes), dy)
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
 * Where along one axis each result of a resize looks, by tfjs's rules: with aligned corners (in - 1) / (out - 1) apart, with
 * half pixels as cameras see, else in / out apart from 0.
 */
const scaleOf = (from: number, to: number, { alignCorners }: Attributes) =>
  alignCorners === true && to > 1 ? (from - 1) / (to - 1) : from / to

const nearestOf = (from: number, to: number, attributes: Attributes): ReadonlyArray<number> => {
  const { alignCorners, halfPixelCenters } = attributes
  const scale = scaleOf(from, to, attributes)
  return Array.from({ length: to }, (_, j) => {
    const at = scale * (halfPixelCenters === true ? j + 0.5 : j)
    return Math.max(0, Math.min(from - 1, alignCorners === true ? roundHalfUp(at) : Math.floor(at)))
  })
}

const roundHalfUp = (x: number) => Math.floor(x + 0.5)

/** [out, in]: the share that each pixel has in each result. */
const weights = (emit: Emitter, from: number, to: number, attributes: Attributes, nearest: boolean): string => {
  const scale = scaleOf(from, to, attributes)
  const matrix = new Float32Array(to * from)
  const positions = nearest ? nearestOf(from, to, attributes) : []
  for (let j = 0; j < to; j++) {
    if (nearest) {
      matrix[j * from + positions[j]] = 1
      continue
    }
    const at = Math.max(0, attributes.halfPixelCenters === true ? scale * (j + 0.5) - 0.5 : scale * j)
    const low = Math.min(Math.floor(at), from - 1)
    const share = at - Math.floor(at)
    matrix[j * from + low] += 1 - share
    matrix[j * from + Math.min(from - 1, Math.ceil(at))] += share
  }
  return emit.tensor("float32", [to, from], matrix)
}

/** Where a product of weights is what resizes, an infinite pixel makes NaN of its row and column: it is multiplied by 0 too. */
const resize = (nearest: boolean): Rule => ({
  attributes: RESIZE,
  types: NUMBERS,
  wants: { images: NCHW, "": NCHW },
  infer: ({ images }, { size }) => ({
    shape: sizedLike(images.shape, size),
    dtype: nearest ? images.dtype : "float32"
  }),
  lower: (emit, { images }, attributes, [output]) => {
    const x = emit.place(images.dtype === output.dtype ? images : castTo(emit, images, output.dtype), NCHW)
    const [, height, width] = images.shape
    const to = attributes.size as Size
    const whole = to.map((n, axis) => n / [height, width][axis])
    if (nearest && attributes.alignCorners !== true && whole.every(Number.isInteger)) {
      return { ...output, name: repeated(emit, x, images.shape, whole), order: NCHW }
    }
    if (nearest) {
      const [rows, columns] = [0, 1].map((axis) => nearestOf([height, width][axis], to[axis], attributes))
      const tall = emit.op("Gather", [x, emit.ints(rows)], { axis: 2 })
      return { ...output, name: emit.op("Gather", [tall, emit.ints(columns)], { axis: 3 }), order: NCHW }
    }
    // Not where memory is moved before: ONNX Runtime may put that off until after the resize, which it then cannot do.
    if (attributes.alignCorners === true && sameMemory(images.shape, images.order, NCHW)) {
      const sizes = emit.ints(physical(output.shape, NCHW))
      const told = { mode: "linear", coordinate_transformation_mode: "align_corners" }
      return { ...output, name: emit.op("Resize", [x, "", "", sizes], told), order: NCHW }
    }
    const [rows, columns] = [0, 1].map((axis) => weights(emit, [height, width][axis], to[axis], attributes, false))
    const name = emit.matMul(emit.op("MatMul", [rows, x]), columns, { transposeB: true, ranks: [4, 2] })
    return { ...output, name, order: NCHW }
  }
})

/** Where it lies: ONNX Runtime ends the program where it optimises a move of memory, a cast and a product in a row. */
const castTo = (emit: Emitter, x: Laid, dtype: DType): Laid => {
  const { shape, order } = x
  return { shape, order, dtype, name: emit.cast(emit.place(x, order), dtype) }
}

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
    const rows = weights(emit, height, tall, attributes, nearest)
    const columns = weights(emit, width, wide, attributes, nearest)
    const shrunk = emit.op("MatMul", [emit.place(dy, NCHW), columns])
    const name = emit.matMul(rows, shrunk, { transposeA: true, ranks: [2, 4] })
    return { ...output, name, order: NCHW }
  }
})

/** Kernels that pool and resize maps. */
export const pooling: Rules = {
  AvgPool: pool("AveragePool"),
  AvgPoolGrad: avgPoolGrad,
  MaxPool: pool("MaxPool"),
  MaxPoolGrad: maxPoolGrad,
  ResizeBilinear: resize(false),
  ResizeBilinearGrad: resizeGrad(false),
  ResizeNearestNeighbor: resize(true),
  ResizeNearestNeighborGrad: resizeGrad(true)
}
