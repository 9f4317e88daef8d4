import "@tensorflow/tfjs-backend-cpu"
import * as fc from "fast-check"
import { expect, it } from "vitest"
import { readSafetensors, writeSafetensors } from "../../src/formats/safetensors.ts"
import { agcafNet } from "../../src/modules/networks/agcafNet.ts"
import { declared } from "../../src/modules/spec.ts"
import { fold, key, normal } from "../../src/random/index.ts"
import {
  CheckpointError,
  checkNetwork,
  decodeCheckpoint,
  encodeCheckpoint,
  restore,
  type Snapshot
} from "../../src/training/checkpoint.ts"
import { twoLayers } from "../support/twoLayers.ts"

const network = twoLayers()

const valuesFrom = (seed: number) =>
  new Map(
    declared(network.spec).map(([path, { shape }]) => [
      path,
      {
        shape,
        data: normal(
          fold(key(seed), path),
          shape.reduce((size, n) => size * n, 1)
        )
      }
    ])
  )

const snapshot: Snapshot = {
  network: { name: network.name, config: network.config },
  position: {
    seed: 7,
    step: 12,
    epoch: 3,
    cursor: 1,
    lossSum: 0.1 + 0.2,
    best: { score: 1 / 3, epoch: 2 },
    score: 0.3
  },
  settings: { batchSize: 4 },
  params: valuesFrom(1),
  optimizer: new Map([
    ["velocity", valuesFrom(2)],
    ["empty", new Map()]
  ])
}

const errorOf = (act: () => unknown): CheckpointError => {
  try {
    act()
  } catch (error) {
    if (error instanceof CheckpointError) return error
    throw error
  }
  throw new Error("it did not throw")
}

it("comes back to the bit: tensors, numbers of the position, empty slots, the bytes", () => {
  const bytes = encodeCheckpoint(snapshot)
  const back = decodeCheckpoint(bytes, "a")
  expect(back).toEqual({ ...snapshot, params: new Map(back.params), optimizer: new Map(back.optimizer) })
  for (const [path, { data }] of snapshot.params) expect(back.params.get(path)?.data).toEqual(data)
  expect([...back.optimizer.keys()]).toEqual(["velocity", "empty"])
  expect(encodeCheckpoint(back)).toEqual(bytes)
})

it("becomes tensors of the same numbers", () => {
  const { params, optimizer } = restore(snapshot)
  expect(params["inner.kernel"].dataSync()).toEqual(snapshot.params.get("inner.kernel")?.data)
  expect(Object.keys(optimizer)).toEqual(["velocity", "empty"])
})

it("is refused as damaged wherever it is cut", () => {
  const bytes = encodeCheckpoint(snapshot)
  fc.assert(
    fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (length) => {
      const error = errorOf(() => decodeCheckpoint(bytes.subarray(0, length), "last"))
      expect(error.kind).toBe("damaged")
      expect(error.message).toContain("checkpoint last: ")
    })
  )
})

it("is refused whichever bit of a tensor flips", () => {
  const bytes = encodeCheckpoint(snapshot)
  const begin = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true))
  fc.assert(
    fc.property(fc.integer({ min: begin * 8, max: bytes.length * 8 - 1 }), (bit) => {
      const flipped = bytes.slice()
      flipped[bit >>> 3] ^= 1 << (bit & 7)
      expect(errorOf(() => decodeCheckpoint(flipped, "last")).kind).toBe("damaged")
    })
  )
})

it("is refused where a tensor has another shape or name of as many numbers", () => {
  const { tensors, metadata } = readSafetensors(encodeCheckpoint(snapshot), "last")
  const [[name, tensor], ...rest] = tensors
  const flat = { ...tensor, shape: [...tensor.shape, 1] }
  for (const changed of [
    [name, flat],
    [`${name}x`, tensor]
  ] as const) {
    const bytes = writeSafetensors(new Map([changed, ...rest]), { metadata })
    expect(errorOf(() => decodeCheckpoint(bytes, "last")).kind).toBe("damaged")
  }
})

it.each([
  ["newer", "3", "update hepaflow"],
  ["older", "1", "go on with the hepaflow that wrote it, or start anew in another directory"]
])("is refused as %s, with what to do, when another version wrote it", (kind, version, remedy) => {
  const metadata = new Map([
    ["format", "hepaflow-checkpoint"],
    ["version", version]
  ])
  const error = errorOf(() => decodeCheckpoint(writeSafetensors(new Map(), { metadata }), "last"))
  expect(error.kind).toBe(kind)
  expect(error.message).toBe(
    `checkpoint last: it is of version ${version}, and this hepaflow reads version 2; ${remedy}`
  )
})

it("is refused as foreign when it is of something else, or of another network", () => {
  expect(errorOf(() => decodeCheckpoint(writeSafetensors(new Map()), "weights")).kind).toBe("foreign")
  expect(() => checkNetwork(snapshot, network, "last")).not.toThrow()
  const wider = errorOf(() => checkNetwork(snapshot, twoLayers({ width: 8 }), "last"))
  expect(wider.kind).toBe("foreign")
  expect(wider.message).toContain('it is of twoLayers {"width":4,"norm":true,"rate":0.1}, not of')
  expect(errorOf(() => checkNetwork(snapshot, agcafNet({ width: 4, reduceRatios: [4, 4] }), "last")).kind).toBe(
    "foreign"
  )
})
