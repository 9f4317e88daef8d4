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
  const inside = kernels.slice(
    x,
    begin,
    end.map((stop, axis) => Math.max(0, stop - begin[axis]))
  )
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

/** Rows of the left factor of one product: enough to keep the engine's product busy at few channels. */
const PRODUCT_ROWS = 64

/**
 * Gradient of a convolution with respect to its filter: for each tap, [in, positions] x [positions, out]. The input is
 * transposed once; taps are gathered from it, several to a product where channels are few (the stem).
 */
export const conv2dBackpropFilter: Kernel = {
  name: "Conv2DBackpropFilter",
  make:
    () =>
    ({ inputs, attrs, backend }) => {
      const { x, dy } = inputs
      const options = attrs as unknown as ConvAttrs & { readonly filterShape: ReadonlyArray<number> }
      const info = convInfo(x.shape, options.filterShape, options)
      const { batchSize, inChannels, outChannels, outHeight, outWidth, filterHeight, filterWidth, padInfo } = info
      const positions = batchSize * outHeight * outWidth
      return compose(backend, (kernels) => {
        const padded = kernels.pad(x, [
          [0, 0],
          [padInfo.top, Math.max(0, padInfo.bottom)],
          [padInfo.left, Math.max(0, padInfo.right)],
          [0, 0]
        ])
        const [, height, width] = padded.shape
        const flat = kernels.reshape(padded, [batchSize * height * width, inChannels])
        const byChannel = kernels.reshape(kernels.transpose(flat, [1, 0]), [inChannels, batchSize, height, width])
        kernels.free(flat)
        kernels.free(padded)
        const errors = kernels.reshape(dy, [positions, outChannels])
        const taps = Array.from({ length: filterHeight * filterWidth }, (_, tap) => tap)
        const together = Math.max(1, Math.floor(PRODUCT_ROWS / inChannels))
        const products: Array<TensorInfo> = []
        for (let first = 0; first < taps.length; first += together) {
          const gathered = taps.slice(first, first + together).map((tap) => {
            const row = Math.floor(tap / filterWidth)
            const column = tap % filterWidth
            return kernels.reshape(gatherTap(kernels, backend, byChannel, info, row, column), [inChannels, positions])
          })
          const left = gathered.length === 1 ? gathered[0] : kernels.concat(gathered, 0)
          products.push(kernels.product(left, errors))
          for (const used of [...gathered, left]) kernels.free(used)
        }
        const gradient = products.length === 1 ? products[0] : kernels.concat(products, 0)
        return kernels.reshape(gradient, info.filterShape)
      })
    }
}

/** What one tap sees: [in, batch, out height, out width]. */
const gatherTap = (
  kernels: Composer,
  backend: WasmBackend,
  byChannel: TensorInfo,
  { strideHeight, strideWidth, outHeight, outWidth }: Conv2DInfo,
  row: number,
  column: number
): TensorInfo => {
  const [channels, batch, height, width] = byChannel.shape
  const shape = [channels, batch, outHeight, outWidth]
  if (strideHeight === 1 && strideWidth === 1) return kernels.slice(byChannel, [0, 0, row, column], shape)
  const tap = kernels.zeros(shape)
  const from = backend.typedArrayFromHeap(byChannel)
  const to = backend.typedArrayFromHeap(tap)
  let next = 0
  for (let plane = 0; plane < channels * batch; plane++) {
    for (let r = 0; r < outHeight; r++) {
      let pixel = (plane * height + row + r * strideHeight) * width + column
      for (let c = 0; c < outWidth; c++, pixel += strideWidth) to[next++] = from[pixel]
    }
  }
  return tap
}
