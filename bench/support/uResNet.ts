import { concat, relu, type Tensor4D } from "@tensorflow/tfjs-core"
import {
  basicBlock,
  batchNorm,
  bilinear,
  conv2d,
  conv2dSpec,
  defineNetwork,
  doubleConv,
  doubleConvSpec,
  maxPool2d,
  type Network,
  resnetSpec
} from "hepaflow/modules"

export interface UResNetConfig {
  /** Channels w of the first stage; the others have 2w, 4w and 8w. */
  readonly width: number
  /** `full` keeps the resolution; `strided` halves it twice, by the stem's stride and a max-pool. */
  readonly stem: "full" | "strided"
}

/**
 * A U-shaped ResNet-18: a 7x7 stem, four stages, and at each level of the way back up bilinear interpolation, the skip
 * connection and two 3x3 convolutions.
 */
export const uResNet = (config: UResNetConfig): Network => {
  const { width: w, stem } = config
  const strided = stem === "strided"
  const skips = [4 * w, 2 * w, w, ...(strided ? [w, 0] : [])]
  const outs = [4 * w, 2 * w, w, ...(strided ? [w / 2, w / 4] : [])]
  return defineNetwork({
    name: "uResNet",
    config,
    spec: {
      encoder: resnetSpec({ in: 1, width: w, depth: 18 }),
      decoder: outs.map((out, i) =>
        doubleConvSpec({ in: skips[i] + (i === 0 ? 8 * w : outs[i - 1]), out, bias: false })
      ),
      head: conv2dSpec({ in: outs[outs.length - 1], out: 1, kernel: 1 })
    },
    forward: ({ encoder, decoder, head }, x, mode) => {
      const { conv, norm } = encoder.stem
      const first = relu(batchNorm(norm, conv2d(conv, x, { stride: strided ? 2 : 1 }), mode))
      const entry = strided ? maxPool2d(first, { size: 3, stride: 2, padding: 1 }) : first
      const maps: Array<Tensor4D> = []
      for (const [stage, blocks] of encoder.stages.entries()) {
        const stride = (i: number) => (stage > 0 && i === 0 ? 2 : 1)
        const above = maps[stage - 1] ?? entry
        maps.push(blocks.reduce((y, block, i) => basicBlock(block, y, mode, { stride: stride(i) }), above))
      }
      const beside = [maps[2], maps[1], maps[0], first]
      const top = decoder.reduce((y, block, i) => {
        const risen = bilinear(y, [2 * y.shape[1], 2 * y.shape[2]])
        return doubleConv(block, skips[i] === 0 ? risen : concat([risen, beside[i]], 3), mode)
      }, maps[3])
      return { logits: conv2d(head, top) }
    }
  })
}
