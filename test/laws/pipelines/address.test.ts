import * as fc from "fast-check"
import { expect, it } from "vitest"
import type { Network } from "../../../src/modules/networks/network.ts"
import { startingAt, weight } from "../../../src/modules/spec.ts"
import { addressOf, textOf } from "../../../src/pipelines/address.ts"
import { identityOf } from "../../../src/pipelines/trainAndScore.ts"
import { tinyProtocol } from "../../support/tinyProtocol.ts"

const plain = fc.jsonValue({ maxDepth: 3 })
const at = (value: unknown) => addressOf(textOf("options", value))

it("different options have different addresses", () => {
  fc.assert(
    fc.property(plain, plain, (a, b) => {
      fc.pre(!sameText(a, b))
      expect(at({ a })).not.toBe(at({ a: b }))
    })
  )
})

/** Equal as JSON has it, whatever the order of keys. */
const sameText = (a: unknown, b: unknown) => textOf("a", a) === textOf("b", b)

it("the order of keys does not matter", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), plain, { noNullPrototype: true }), (record) => {
      const reversed = Object.fromEntries(Object.entries(record).reverse())
      expect(at(reversed)).toBe(at(record))
    })
  )
})

it("every setting of a protocol, and every parameter of a network, is part of the identity of a result", () => {
  const network: Pick<Network, "name" | "config" | "spec"> = {
    name: "uNet",
    config: { width: 4 },
    spec: { scale: weight([4], startingAt(1)) }
  }
  const address = (protocol = tinyProtocol, of = network, hash = "h") => addressOf(identityOf({ hash }, protocol, of))
  const changes = [
    { window: { level: 0, width: 400 } },
    { size: [16, 32] as const },
    { keep: "liver" as const },
    { target: "wholeLiver" as const },
    { split: { ratios: [2, 1, 1] as const, seed: 2 } },
    { seed: 2 },
    { epochs: 3 },
    { batchSize: 8 },
    { microBatchSize: 2 },
    { optimizer: { kind: "adam", learningRate: 0.05 } as const },
    { schedule: { kind: "constant" } as const },
    { loss: { kind: "dice", denominator: "squared" } as const },
    { auxiliaryWeight: 0 },
    { sampling: "balanced" as const },
    { augmentation: [{ kind: "flip", axis: "vertical" } as const] },
    { monitor: "loss" as const },
    { patience: 2 },
    { tested: "last" as const },
    { threshold: 0.4 },
    { postprocess: [{ kind: "keepLargest" } as const] }
  ]
  const addresses = [
    address(),
    ...changes.map((change) => address({ ...tinyProtocol, ...change })),
    address(tinyProtocol, { ...network, config: { width: 8 } }),
    address(tinyProtocol, { ...network, name: "attentionUNet" }),
    address(tinyProtocol, { ...network, spec: { scale: weight([8], startingAt(1)) } }),
    address(tinyProtocol, { ...network, spec: { scale: weight([4], startingAt(0)) } }),
    address(tinyProtocol, { ...network, spec: { shift: weight([4], startingAt(1)) } }),
    address(tinyProtocol, network, "other")
  ]
  expect(new Set(addresses).size).toBe(addresses.length)
})

it("what is not plain data has no address", () => {
  expect(() => textOf("the network", { make: () => 1 })).toThrow("the network holds something that is not plain data")
})
