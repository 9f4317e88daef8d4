import { backend_util } from "@tensorflow/tfjs-core"
import { compose } from "./compose.ts"
import type { Kernel } from "./kernel.ts"

type Shape4 = [number, number, number, number]

interface DepthwiseAttrs {
  readonly strides: [number, number] | number
  readonly pad: number | "same" | "valid"
  readonly dilations?: [number, number] | number
  readonly dimRoundingMode?: "floor" | "round" | "ceil"
  readonly inputShape?: Shape4
  readonly filterShape?: Shape4
}

/**
 * Visits every (output, input, filter) element that a depthwise convolution multiplies: both of its gradients are sums
 * over these visits.
 */
const visit = (
  inputShape: Shape4,
  filterShape: Shape4,
  { strides, pad, dilations = [1, 1], dimRoundingMode }: DepthwiseAttrs,
  each: (output: number, input: number, filter: number) => void
): void => {
  const info = backend_util.computeConv2DInfo(inputShape, filterShape, strides, dilations, pad, dimRoundingMode, true)
  const multiplier = info.outChannels / info.inChannels
  let output = 0
  for (let n = 0; n < info.batchSize; n++) {
    for (let r = 0; r < info.outHeight; r++) {
      for (let c = 0; c < info.outWidth; c++, output += info.outChannels) {
        for (let i = 0; i < info.filterHeight; i++) {
          const y = r * info.strideHeight - info.padInfo.top + i * info.dilationHeight
          if (y < 0 || y >= info.inHeight) continue
          for (let j = 0; j < info.filterWidth; j++) {
            const x = c * info.strideWidth - info.padInfo.left + j * info.dilationWidth
            if (x < 0 || x >= info.inWidth) continue
            const pixel = ((n * info.inHeight + y) * info.inWidth + x) * info.inChannels
            const tap = (i * info.filterWidth + j) * info.outChannels
            for (let o = 0; o < info.outChannels; o++) each(output + o, pixel + Math.floor(o / multiplier), tap + o)
          }
        }
      }
    }
  }
}

export const depthwiseBackpropInput: Kernel = {
  name: "DepthwiseConv2dNativeBackpropInput",
  make:
    () =>
    ({ inputs: { dy, filter }, attrs, backend }) =>
      compose(backend, (kernels) => {
        const options = attrs as unknown as DepthwiseAttrs
        const inputShape = options.inputShape as Shape4
        const dx = kernels.zeros(inputShape)
        const errors = backend.typedArrayFromHeap(dy)
        const weights = backend.typedArrayFromHeap(filter)
        const gradient = backend.typedArrayFromHeap(dx)
        visit(inputShape, filter.shape as Shape4, options, (o, i, f) => {
          gradient[i] += errors[o] * weights[f]
        })
        return dx
      })
}

export const depthwiseBackpropFilter: Kernel = {
  name: "DepthwiseConv2dNativeBackpropFilter",
  make:
    () =>
    ({ inputs: { x, dy }, attrs, backend }) =>
      compose(backend, (kernels) => {
        const options = attrs as unknown as DepthwiseAttrs
        const filterShape = options.filterShape as Shape4
        const dw = kernels.zeros(filterShape)
        const errors = backend.typedArrayFromHeap(dy)
        const values = backend.typedArrayFromHeap(x)
        const gradient = backend.typedArrayFromHeap(dw)
        visit(x.shape as Shape4, filterShape, options, (o, i, f) => {
          gradient[f] += errors[o] * values[i]
        })
        return dw
      })
}
