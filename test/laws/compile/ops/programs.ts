import * as tf from "@tensorflow/tfjs-core"
import fc from "fast-check"
import { batchNorm } from "../../../../src/modules/batchNorm.ts"
import { bilinear } from "../../../../src/modules/bilinear.ts"
import { inference } from "../../../../src/modules/mode.ts"
import { nearestUpsample } from "../../../../src/modules/nearestUpsample.ts"
import type { Op } from "../../../support/compiled/trial.ts"
import { map, type Ops } from "./arbitraries.ts"

type Step = (x: tf.Tensor4D) => tf.Tensor4D

/** Numbers that a step has of its own. */
const own = (shape: ReadonlyArray<number>, seed: number) =>
  tf.tensor(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(seed + 3 * i)),
    [...shape]
  )

const attend: Step = (x) => {
  const [n, h, w, c] = x.shape
  const pixels = tf.reshape(x, [n, h * w, c])
  const weights = tf.softmax(tf.matMul(pixels, pixels, false, true))
  return tf.reshape(tf.matMul(weights, pixels), [n, h, w, c])
}

/** What maps go through: some leave memory as it lies, some want another order. */
const steps: Readonly<Record<string, Step>> = {
  attend,
  batchNorm: (x) => {
    const channels = x.shape[3]
    const [scale, offset, mean] = [1, 2, 3].map((seed) => own([channels], seed) as tf.Tensor1D)
    return batchNorm({ scale, offset, mean, variance: tf.ones([channels]) }, x, inference)
  },
  bias: (x) => tf.add(x, own([x.shape[3]], 4)),
  blocks: (x) => {
    const [n, h, w, c] = x.shape
    const blocks = tf.reshape(
      tf.pad(x, [
        [0, 0],
        [0, h % 2],
        [0, w % 2],
        [0, 0]
      ]),
      [n, (h + (h % 2)) / 2, 2, (w + (w % 2)) / 2, 2, c]
    )
    return tf.reshape(tf.transpose(blocks, [0, 2, 4, 1, 3, 5]), [4 * n, (h + (h % 2)) / 2, (w + (w % 2)) / 2, c])
  },
  conv: (x) => tf.conv2d(x, own([3, 3, x.shape[3], 3], 5) as tf.Tensor4D, 1, "same"),
  double: (x) => tf.concat([x, tf.neg(x)], 3),
  excite: (x) => tf.mul(x, tf.sigmoid(tf.mean(x, [1, 2], true))),
  exciteWithout: (x) => {
    const [n, , , c] = x.shape
    return tf.mul(x, tf.reshape(tf.sigmoid(tf.mean(x, [1, 2])), [n, 1, 1, c]))
  },
  gather: (x) => tf.gather(x, tf.tensor1d([0, x.shape[1] - 1, 0], "int32"), 1),
  halve: (x) => tf.add(...(tf.split(tf.concat([x, x], 2), 2, 2) as [tf.Tensor4D, tf.Tensor4D])),
  linear: (x) => {
    const [n, h, w, c] = x.shape
    return tf.reshape(tf.matMul(tf.reshape(x, [n * h * w, c]), own([c, 3], 6) as tf.Tensor2D), [n, h, w, 3])
  },
  multiplyChannels: (x) => tf.mul(x, tf.sum(x, 3, true)),
  perImage: (x) =>
    tf.sub(x, tf.reshape(tf.mean(tf.reshape(x, [x.shape[0], x.size / x.shape[0]]), 1), [x.shape[0], 1, 1, 1])),
  pool: (x) => tf.maxPool(x, 2, 1, "same"),
  relu: (x) => tf.relu(x),
  repeat: nearestUpsample,
  resize: (x) => bilinear(x, [4, 3]),
  scale: (x) => tf.mul(x, own([x.shape[1], 1, x.shape[3]], 7)),
  stack: (x) => tf.reshape(tf.unstack(tf.stack([x, tf.square(x)], 1), 1)[1], x.shape),
  swap: (x) => tf.transpose(x, [0, 2, 1, 3]),
  turn: (x) => tf.reverse(tf.transpose(x, [0, 3, 1, 2]), 1),
  where: (x) => tf.where(tf.cast(tf.greater(own(x.shape, 8), 0), "bool"), x, tf.mul(x, 0.1))
}

const program = fc
  .tuple(map(4, 3), fc.array(fc.constantFrom(...Object.keys(steps)), { minLength: 2, maxLength: 6 }))
  .map(
    ([shape, names]): Op => ({
      name: `${names.join(", ")} of [${shape}]`,
      inputs: [
        { shape, dtype: "float32" },
        { shape, dtype: "float32" }
      ],
      // Numbers stay where the steps are smooth.
      f: (x, y) =>
        names.reduce((map, name) => tf.tanh(steps[name](map)), tf.add<tf.Tensor4D>(x, tf.mul(y, y))) as tf.Tensor,
      relative: 2e-4,
      absolute: 1e-5
    })
  )

export const programs: Ops = Array.from({ length: 12 }, () => program)
