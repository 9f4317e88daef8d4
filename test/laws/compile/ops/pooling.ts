import * as tf from "@tensorflow/tfjs-core"
import fc from "fast-check"
import type { Op } from "../../../support/compiled/trial.ts"
import { map, number, type Ops, upTo } from "./arbitraries.ts"
import { padding, padOf } from "./convolutions.ts"

const windows = fc.constantFrom([1, 1], [2, 2], [3, 3], [2, 3], [4, 1])
const strides = fc.constantFrom([1, 1], [2, 2], [3, 3], [1, 2])

const geometry = (maxSide: number, maxChannels: number) =>
  fc
    .tuple(map(maxSide, maxChannels), windows, strides)
    .chain(([[n, h, w, c], window, strides]) =>
      fc.tuple(
        fc.constant({
          shape: [n, Math.max(h, window[0]), Math.max(w, window[1]), c],
          window: window as [number, number],
          strides: strides as [number, number]
        }),
        padding(
          Math.min(...window),
          [window, strides].every(([a, b]) => a === b)
        )
      )
    )
    .map(([chosen, pad]) => ({ ...chosen, ...padOf(pad) }))
    .filter(({ shape, window, strides, pad, rounding }) => {
      const info = tf.backend_util.computePool2DInfo(shape as Shape4, window, strides, 1, pad, rounding)
      // Each window sees something.
      return (
        (info.outHeight - 1) * info.strideHeight - info.padInfo.top < info.inHeight &&
        (info.outWidth - 1) * info.strideWidth - info.padInfo.left < info.inWidth
      )
    })

type Shape4 = [number, number, number, number]

/** tfjs's engines differentiate only what was rounded down, because the gradient is not told. */
const forgotten = (rounding: string | undefined) => ((rounding ?? "floor") === "floor" ? [0] : [])

const maxPool = geometry(10, 4).map(
  ({ shape, window, strides, pad, rounding }): Op => ({
    name: `maxPool of [${shape}], ${window} by ${strides}, ${pad} ${rounding ?? ""}`,
    inputs: [{ shape, dtype: "float32", domain: (x) => x - 2 }],
    f: (x) => tf.maxPool(x as tf.Tensor4D, window, strides, pad, rounding),
    // NaN is passed over, or not, by its place; and of nothing but negative infinity the largest finite number comes.
    shuns: (x) => !Number.isFinite(x),
    by: forgotten(rounding)
  })
)

/** The first of equal ones has the error. */
const maxPoolOfEqual = geometry(10, 4).map(
  ({ shape, window, strides, pad, rounding }): Op => ({
    name: `maxPool of equal numbers [${shape}], ${window} by ${strides}, ${pad} ${rounding ?? ""}`,
    inputs: [{ shape, dtype: "float32", domain: (x) => Math.round(x / 2) }],
    f: (x) => tf.maxPool(x as tf.Tensor4D, window, strides, pad, rounding),
    // NaN is passed over, or not, by its place; and of nothing but negative infinity the largest finite number comes.
    shuns: (x) => !Number.isFinite(x),
    by: forgotten(rounding)
  })
)

const avgPool = geometry(6, 2).map(
  ({ shape, window, strides, pad, rounding }): Op => ({
    name: `avgPool of [${shape}], ${window} by ${strides}, ${pad} ${rounding ?? ""}`,
    inputs: [{ shape, dtype: "float32" }],
    f: (x) => tf.avgPool(x as tf.Tensor4D, window, strides, pad, rounding),
    linear: true
  })
)

const resized = fc.tuple(map(5, 2), upTo(9), upTo(9), fc.constantFrom("corners", "centers", "origin"))

const resizeBilinear = resized.map(
  ([shape, height, width, aligned]): Op => ({
    name: `resizeBilinear of [${shape}] to ${[height, width]} by ${aligned}`,
    inputs: [{ shape, dtype: "float32" }],
    f: (x) => tf.image.resizeBilinear(x as tf.Tensor4D, [height, width], aligned === "corners", aligned === "centers"),
    // A product, in which 0 times what is infinite spreads.
    shuns: (x) => !Number.isFinite(x),
    linear: true
  })
)

const resizeNearestNeighbor = resized.map(
  ([shape, height, width, aligned]): Op => ({
    name: `resizeNearestNeighbor of [${shape}] to ${[height, width]} by ${aligned}`,
    inputs: [{ shape, dtype: "float32" }],
    f: (x) =>
      tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [height, width], aligned === "corners", aligned === "centers"),
    linear: true
  })
)

/** By a whole number, and of whole numbers. */
const enlarged = fc.tuple(map(5, 3), upTo(3), upTo(3), number, fc.boolean()).map(
  ([shape, a, b, dtype, centers]): Op => ({
    name: `resizeNearestNeighbor of ${dtype} [${shape}] ${a} by ${b} times`,
    inputs: [{ shape, dtype }],
    f: (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [shape[1] * a, shape[2] * b], false, centers),
    ...(dtype === "float32" && { linear: true })
  })
)

const resizeOfWhole = fc.tuple(map(5, 3), upTo(9), upTo(9), fc.boolean()).map(
  ([shape, height, width, corners]): Op => ({
    name: `resizeBilinear of whole numbers [${shape}] to ${[height, width]}`,
    inputs: [{ shape, dtype: "int32" }],
    f: (x) => tf.image.resizeBilinear(x as tf.Tensor4D, [height, width], corners)
  })
)

export const pooling: Ops = [
  avgPool,
  enlarged,
  maxPool,
  maxPoolOfEqual,
  resizeBilinear,
  resizeNearestNeighbor,
  resizeOfWhole
]
