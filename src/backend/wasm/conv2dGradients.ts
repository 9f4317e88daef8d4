import { backend_util } from "@tensorflow/tfjs-core"
import { type Composer, compose, type TensorInfo, type WasmBackend } from "./compose.ts"
import type { Kernel } from "./kernel.ts"

type Conv2DInfo = backend_util.Conv2DInfo

interface ConvAttrs {
  readonly strides: number | [number, number]
  readonly pad: number | "same" | "valid" | backend_util.ExplicitPadding
  readonly dimRoundingMode?: "floor" | "round" | "ceil"
}

const convInfo = (
  inputShape: ReadonlyArray<number>,
  filterShape: ReadonlyArray<number>,
  { strides, pad, dimRoundingMode }: ConvAttrs
): Conv2DInfo =>
  backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    1,
    pad,
    dimRoundingMode
  )

/**
 * Gradient of a convolution with respect to its input. Each of the stride x stride phases of the output is an ordinary
 * convolution of dy with every stride-th tap of the turned filter, so no work is spent on zeros.
 */
export const conv2dBackpropInput: Kernel = {
  name: "Conv2DBackpropInput",
  make:
    () =>
    ({ inputs, attrs, backend }) => {
      const { dy, filter } = inputs
      const options = attrs as unknown as ConvAttrs & { readonly inputShape: ReadonlyArray<number> }
      const info = convInfo(options.inputShape, filter.shape, options)
      const { strideHeight, strideWidth } = info
      return compose(backend, (kernels) => {
        const phases = Array.from({ length: strideHeight * strideWidth }, (_, i) => {
          const rows = axisPhase(
            Math.floor(i / strideWidth),
            strideHeight,
            info.padInfo.top,
            info.filterHeight,
            info.inHeight
          )
          const columns = axisPhase(i % strideWidth, strideWidth, info.padInfo.left, info.filterWidth, info.inWidth)
          return { rows, columns, values: convolvePhase(kernels, backend, dy, filter, info, rows, columns) }
        })
        if (phases.length === 1 && phases[0].values !== undefined) return phases[0].values
        const dx = kernels.zeros(info.inShape)
        for (const { rows, columns, values } of phases) {
          if (values !== undefined) interleave(backend, dx, values, info, rows, columns)
        }
        return dx
      })
    }
}

/** The input positions phase, phase + stride, ... along one axis, and the filter taps that reach them. */
interface AxisPhase {
  readonly phase: number
  readonly stride: number
  /** Input positions in this phase. */
  readonly count: number
  readonly firstTap: number
  readonly taps: number
  /** Index in dy that the last tap of the first position reads. */
  readonly start: number
}

const axisPhase = (phase: number, stride: number, pad: number, filter: number, input: number): AxisPhase => {
  const firstTap = (phase + pad) % stride
  const taps = firstTap < filter ? Math.ceil((filter - firstTap) / stride) : 0
  return {
    phase,
    stride,
    count: Math.ceil((input - phase) / stride),
    firstTap,
    taps,
    start: (phase + pad - firstTap) / stride - (taps - 1)
  }
}

const convolvePhase = (
  kernels: Composer,
  backend: WasmBackend,
  dy: TensorInfo,
  filter: TensorInfo,
  info: Conv2DInfo,
  rows: AxisPhase,
  columns: AxisPhase
): TensorInfo | undefined => {
  if (rows.taps * columns.taps * rows.count * columns.count === 0) return undefined
  const window = crop(kernels, dy, [
    [0, info.batchSize],
    [rows.start, rows.count + rows.taps - 1],
    [columns.start, columns.count + columns.taps - 1],
    [0, info.outChannels]
  ])
  const turned = kernels.zeros([rows.taps, columns.taps, info.outChannels, info.inChannels])
  turn(backend, filter, turned, info, rows, columns)
  const values = kernels.run(
    "Conv2D",
    { x: window, filter: turned },
    { strides: [1, 1], pad: "valid", dataFormat: "NHWC", dilations: [1, 1] }
  )
  kernels.free(window)
  return values
}

/** `x` from `start` for `size` along each axis, with zeros where that lies outside. */
const crop = (
  kernels: Composer,
  x: TensorInfo,
  ranges: ReadonlyArray<readonly [start: number, size: number]>
): TensorInfo => {
  const begin = ranges.map(([start]) => Math.max(0, start))
  const end = ranges.map(([start, size], axis) => Math.min(x.shape[axis], start + size))
  const size = end.map((stop, axis) => Math.max(0, stop - begin[axis]))
  const inside = size.every((length, axis) => length === x.shape[axis]) ? x : kernels.slice(x, begin, size)
  return kernels.pad(
    inside,
    ranges.map(([start, size], axis) => [begin[axis] - start, start + size - Math.max(end[axis], begin[axis])] as const)
  )
}

/** The taps of one phase, in reverse order and with channels swapped: [taps, taps, out, in]. */
const turn = (
  backend: WasmBackend,
  filter: TensorInfo,
  turned: TensorInfo,
  { inChannels, outChannels, filterWidth }: Conv2DInfo,
  rows: AxisPhase,
  columns: AxisPhase
): void => {
  const from = backend.typedArrayFromHeap(filter)
  const to = backend.typedArrayFromHeap(turned)
  let next = 0
  for (let r = rows.taps - 1; r >= 0; r--) {
    for (let c = columns.taps - 1; c >= 0; c--) {
      const tap = (rows.firstTap + rows.stride * r) * filterWidth + columns.firstTap + columns.stride * c
      const base = tap * inChannels * outChannels
      for (let o = 0; o < outChannels; o++) {
        for (let i = 0; i < inChannels; i++) to[next++] = from[base + i * outChannels + o]
      }
    }
  }
}

const interleave = (
  backend: WasmBackend,
  dx: TensorInfo,
  values: TensorInfo,
  { batchSize, inHeight, inWidth, inChannels }: Conv2DInfo,
  rows: AxisPhase,
  columns: AxisPhase
): void => {
  const from = backend.typedArrayFromHeap(values)
  const to = backend.typedArrayFromHeap(dx)
  let next = 0
  for (let n = 0; n < batchSize; n++) {
    for (let r = rows.phase; r < inHeight; r += rows.stride) {
      for (let c = columns.phase; c < inWidth; c += columns.stride) {
        const pixel = ((n * inHeight + r) * inWidth + c) * inChannels
        for (let i = 0; i < inChannels; i++) to[pixel + i] = from[next++]
      }
    }
  }
}

/** Numbers on both sides of a product: few enough to stay in the processor's cache, enough to be worth a call. */
const BAND = 3 * 2 ** 17

/**
 * Gradient of a convolution with respect to its filter: for each tap, [in, positions] x [positions, out]. Band by band, the
 * input is padded and transposed, so that every tap is the same matrix from another offset on, which is copied as it lies. What
 * rows wrap into each other meets zeros among the errors. A stride splits the input in phases, as if it had none.
 */
export const conv2dBackpropFilter: Kernel = {
  name: "Conv2DBackpropFilter",
  make:
    () =>
    ({ inputs, attrs, backend }) => {
      const { x, dy } = inputs
      const options = attrs as unknown as ConvAttrs & { readonly filterShape: ReadonlyArray<number> }
      const info = convInfo(x.shape, options.filterShape, options)
      const { batchSize, inChannels, outChannels, outHeight, outWidth, filterHeight, filterWidth } = info
      const below = Math.ceil(filterHeight / info.strideHeight) - 1
      const beside = Math.ceil(filterWidth / info.strideWidth) - 1
      const width = outWidth + beside
      const all = batchSize * (outHeight + below) - below
      const most = Math.max(1, Math.floor(BAND / (inChannels + outChannels) / width) - below)
      const rows = Math.ceil(all / Math.ceil(all / most))
      const positions = (rows + below) * width
      const phases = phasesOf(info, width)
      return compose(backend, (kernels) => {
        const gradient = kernels.zeros(info.filterShape)
        const values = kernels.zeros([inChannels * positions + below * width + beside])
        const errors = kernels.zeros([positions, outChannels])
        for (let top = 0; top < all; top += rows) {
          const band = { top, rows, width, positions, period: outHeight + below }
          layErrors(backend, dy, errors, info, band)
          // Under a name of its own: the engine packs the right side of a product once for each name.
          const right = kernels.copy(errors, errors.shape, 0)
          for (const { row, column, taps } of phases) {
            layValues(backend, x, values, info, band, row, column)
            for (const { tap, offset } of taps) {
              const left = kernels.copy(values, [inChannels, positions], offset)
              const product = kernels.product(left, right)
              addAt(backend, gradient, product, tap * inChannels * outChannels)
              for (const used of [left, product]) kernels.free(used)
            }
          }
          kernels.free(right)
        }
        return gradient
      })
    }
}

/** The filter taps by the phase of the input that they read, and where in rows of `width` they begin. */
const phasesOf = ({ filterHeight, filterWidth, strideHeight, strideWidth }: Conv2DInfo, width: number) => {
  const steps = (from: number, to: number, by: number) =>
    Array.from({ length: Math.ceil((to - from) / by) }, (_, i) => from + i * by)
  return steps(0, Math.min(strideHeight, filterHeight), 1).flatMap((row) =>
    steps(0, Math.min(strideWidth, filterWidth), 1).map((column) => ({
      row,
      column,
      taps: steps(row, filterHeight, strideHeight).flatMap((r, down) =>
        steps(column, filterWidth, strideWidth).map((c, right) => ({
          tap: r * filterWidth + c,
          offset: down * width + right
        }))
      )
    }))
  )
}

/** Rows of the output, of one image after the other, with as many between as taps reach below an image. */
interface Band {
  readonly top: number
  readonly rows: number
  readonly width: number
  /** Those of its rows and of the ones that its taps reach below it. */
  readonly positions: number
  /** Rows from one image to the next. */
  readonly period: number
}

/** A band of dy, [positions, out], with zeros wherever there is no output. */
const layErrors = (
  backend: WasmBackend,
  dy: TensorInfo,
  errors: TensorInfo,
  { batchSize, outHeight, outWidth, outChannels }: Conv2DInfo,
  { top, rows, width, period }: Band
): void => {
  const from = backend.typedArrayFromHeap(dy)
  const to = backend.typedArrayFromHeap(errors)
  const row = outWidth * outChannels
  for (let i = 0; i < rows; i++) {
    const [image, y] = [Math.floor((top + i) / period), (top + i) % period]
    const start = (image * outHeight + y) * row
    const at = i * width * outChannels
    if (image < batchSize && y < outHeight) to.set(from.subarray(start, start + row), at)
    else to.fill(0, at, at + row)
  }
}

/** What a band sees of one phase of the input, [in, positions], with zeros for the padding. */
const layValues = (
  backend: WasmBackend,
  x: TensorInfo,
  values: TensorInfo,
  { batchSize, inHeight, inWidth, inChannels, strideHeight, strideWidth, padInfo }: Conv2DInfo,
  { top, width, positions, period }: Band,
  row: number,
  column: number
): void => {
  const from = backend.typedArrayFromHeap(x)
  const to = backend.typedArrayFromHeap(values)
  for (let i = 0; i * width < positions; i++) {
    const image = Math.floor((top + i) / period)
    const y = ((top + i) % period) * strideHeight + row - padInfo.top
    const inside = image < batchSize && y >= 0 && y < inHeight
    const start = (image * inHeight + y) * inWidth * inChannels
    for (let k = 0; k < inChannels; k++) {
      let at = k * positions + i * width
      for (let j = 0, z = column - padInfo.left; j < width; j++, z += strideWidth) {
        to[at++] = inside && z >= 0 && z < inWidth ? from[start + z * inChannels + k] : 0
      }
    }
  }
}

const addAt = (backend: WasmBackend, sum: TensorInfo, part: TensorInfo, offset: number): void => {
  const to = backend.typedArrayFromHeap(sum)
  const from = backend.typedArrayFromHeap(part)
  for (let i = 0; i < from.length; i++) to[offset + i] += from[i]
}
