import { backend_util } from "@tensorflow/tfjs-core"
import { compose } from "./compose.ts"
import type { Kernel } from "./kernel.ts"

type Shape4 = [number, number, number, number]

/** Gives each window's gradient to its first largest element; tfjs's own is wrong where a whole window is negative. */
export const maxPoolGrad: Kernel = {
  name: "MaxPoolGrad",
  make:
    () =>
    ({ inputs: { dy, input }, attrs, backend }) =>
      compose(backend, (kernels) => {
        const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as {
          filterSize: [number, number] | number
          strides: [number, number] | number
          pad: number | "same" | "valid"
          dimRoundingMode?: "floor" | "round" | "ceil"
        }
        const info = backend_util.computePool2DInfo(input.shape as Shape4, filterSize, strides, 1, pad, dimRoundingMode)
        const { batchSize, inHeight, inWidth, outHeight, outWidth, inChannels: channels } = info
        const dx = kernels.zeros(input.shape)
        const x = backend.typedArrayFromHeap(input)
        const errors = backend.typedArrayFromHeap(dy)
        const gradient = backend.typedArrayFromHeap(dx)
        const best = new Float32Array(channels)
        const winner = new Int32Array(channels)
        let out = 0
        for (let n = 0; n < batchSize; n++) {
          for (let r = 0; r < outHeight; r++) {
            const top = r * info.strideHeight - info.padInfo.top
            const rows = [Math.max(0, top), Math.min(inHeight, top + info.effectiveFilterHeight)]
            for (let c = 0; c < outWidth; c++) {
              const left = c * info.strideWidth - info.padInfo.left
              const columns = [Math.max(0, left), Math.min(inWidth, left + info.effectiveFilterWidth)]
              best.fill(Number.NEGATIVE_INFINITY)
              winner.fill(-1)
              for (let y = rows[0]; y < rows[1]; y++) {
                for (let z = columns[0]; z < columns[1]; z++) {
                  const pixel = ((n * inHeight + y) * inWidth + z) * channels
                  for (let k = 0; k < channels; k++) {
                    if (x[pixel + k] > best[k]) {
                      best[k] = x[pixel + k]
                      winner[k] = pixel + k
                    }
                  }
                }
              }
              for (let k = 0; k < channels; k++, out++) if (winner[k] >= 0) gradient[winner[k]] += errors[out]
            }
          }
        }
        return dx
      })
}

/** Adds each output pixel's gradient to the pixel it was copied from; tfjs's own is wrong beyond the first image. */
export const resizeNearestNeighborGrad: Kernel = {
  name: "ResizeNearestNeighborGrad",
  make:
    () =>
    ({ inputs: { images, dy }, attrs, backend }) =>
      compose(backend, (kernels) => {
        const { alignCorners } = attrs as { alignCorners: boolean }
        const [batch, inHeight, inWidth, channels] = images.shape
        const [, outHeight, outWidth] = dy.shape
        const rowOf = nearest(inHeight, outHeight, alignCorners)
        const columnOf = nearest(inWidth, outWidth, alignCorners)
        const dx = kernels.zeros(images.shape)
        const errors = backend.typedArrayFromHeap(dy)
        const gradient = backend.typedArrayFromHeap(dx)
        let next = 0
        for (let n = 0; n < batch; n++) {
          for (let r = 0; r < outHeight; r++) {
            for (let c = 0; c < outWidth; c++) {
              const pixel = ((n * inHeight + rowOf[r]) * inWidth + columnOf[c]) * channels
              for (let k = 0; k < channels; k++) gradient[pixel + k] += errors[next++]
            }
          }
        }
        return dx
      })
}

/** For each output position, the input position that nearest-neighbour resizing reads. */
const nearest = (input: number, output: number, alignCorners: boolean): Int32Array => {
  const aligned = alignCorners && output > 1
  const scale = aligned ? (input - 1) / (output - 1) : input / output
  return Int32Array.from({ length: output }, (_, i) =>
    Math.min(input - 1, aligned ? Math.round(i * scale) : Math.floor(i * scale))
  )
}
