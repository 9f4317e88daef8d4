import { relu } from "@tensorflow/tfjs-core"
import { batchNorm, batchNormSpec } from "../../src/modules/batchNorm.ts"
import { conv2d, conv2dSpec } from "../../src/modules/conv2d.ts"
import { dropout } from "../../src/modules/dropout.ts"
import { defineNetwork, type Network } from "../../src/modules/networks/network.ts"

/** The smallest network that learns anything; with batch norm and dropout where a test needs a state or randomness. */
export const twoLayers = ({ width = 4, norm = true, rate = 0.1 } = {}): Network =>
  defineNetwork({
    name: "twoLayers",
    config: { width, norm, rate },
    spec: {
      inner: conv2dSpec({ in: 1, out: width, kernel: 3 }),
      ...(norm && { norm: batchNormSpec(width) }),
      outer: conv2dSpec({ in: width, out: 1, kernel: 1 })
    },
    forward: (p, x, mode) => {
      const map = conv2d(p.inner, x)
      const normed = p.norm === undefined ? map : batchNorm(p.norm, map, mode)
      return { logits: conv2d(p.outer, dropout(relu(normed), mode, { rate, purpose: "inner" })) }
    }
  })
