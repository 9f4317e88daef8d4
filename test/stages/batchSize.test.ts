import "@tensorflow/tfjs-backend-cpu"
import { setBackend, type Tensor, type Tensor4D } from "@tensorflow/tfjs-core"
import { beforeAll, describe, expect, it } from "vitest"
import { sizeOf, type Value } from "../../src/compile/graph.ts"
import { traceGraph } from "../../src/compile/traceGraph.ts"
import {
  agcafNet,
  attentionUNet,
  ceNet,
  denseUNet,
  inference,
  mapSpec,
  type Network,
  type Params,
  r2UNet,
  transUNet,
  transUNetSizes,
  uNet
} from "../../src/modules/index.ts"
import { batchSizeOf } from "../../src/stages/batchSize.ts"

const SIDE = 256
const networks: ReadonlyArray<Network> = [
  agcafNet(),
  agcafNet({ depth: 34 }),
  uNet(),
  attentionUNet(),
  denseUNet(),
  transUNet({ ...transUNetSizes.base, size: [SIDE, SIDE] }),
  ceNet(),
  r2UNet()
]

beforeAll(async () => {
  await setBackend("cpu")
})

/** The numbers of maps that are alive at once where each is freed after its last use, for each pixel. */
const alivePerPixel = (network: Network): number => {
  const shapes: Array<ReadonlyArray<number>> = []
  mapSpec(network.spec, ({ shape }) => shapes.push(shape))
  const types = [[1, SIDE, SIDE, 1], ...shapes].map((shape) => ({ shape, dtype: "float32" as const }))
  const { nodes } = traceGraph((x: Tensor, ...tensors: Array<Tensor>) => {
    let taken = 0
    const params = mapSpec(network.spec, () => tensors[taken++]) as Params
    return network.forward(params, x as Tensor4D, inference).logits
  }, types)
  const lastUse = new Map<Value, number>()
  for (const [i, { inputs }] of nodes.entries()) for (const value of Object.values(inputs)) lastUse.set(value, i)
  const made = new Set(nodes.flatMap(({ outputs }) => outputs))
  let [alive, most] = [0, 0]
  for (const [i, { inputs, outputs }] of nodes.entries()) {
    for (const { shape } of outputs) alive += sizeOf(shape)
    most = Math.max(most, alive)
    for (const value of new Set(Object.values(inputs)))
      if (made.has(value) && lastUse.get(value) === i) alive -= sizeOf(value.shape)
  }
  return most / SIDE ** 2
}

describe.each(networks.map((network) => [network.name, network] as const))("%s at full width", (_, network) => {
  it("holds no more than 256 numbers a pixel at once, and sees four images of 256 x 256", () => {
    expect(alivePerPixel(network)).toBeLessThanOrEqual(256)
    expect(batchSizeOf(network, 256, 256, 1)).toBe(4)
  })
})

describe("batchSizeOf", () => {
  it("is in proportion to pixels, mirrored images and channels, from 1 to 16", () => {
    const network = uNet({ width: 64 })
    expect(batchSizeOf(network, 64, 64, 1)).toBe(16)
    expect(batchSizeOf(network, 512, 512, 1)).toBe(1)
    expect(batchSizeOf(network, 1024, 1024, 4)).toBe(1)
    expect(batchSizeOf(network, 256, 256, 2)).toBe(2)
    expect(batchSizeOf(network, 128, 128, 4)).toBe(4)
    expect(batchSizeOf(uNet({ width: 128 }), 256, 256, 1)).toBe(2)
    expect(batchSizeOf(uNet({ width: 4 }), 256, 256, 1)).toBe(4)
  })
})
