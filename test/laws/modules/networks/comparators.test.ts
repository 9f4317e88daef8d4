import "@tensorflow/tfjs-backend-cpu"
import "@tensorflow/tfjs-backend-wasm"
import "../../../../src/backend/gradients.ts"
import {
  add,
  concat,
  grads,
  memory,
  mul,
  reshape,
  reverse,
  type Scalar,
  setBackend,
  square,
  sum,
  Tensor,
  type Tensor4D,
  tidy
} from "@tensorflow/tfjs-core"
import fc from "fast-check"
import { beforeEach, describe, expect, it, vi } from "vitest"
import { registerWasmKernels } from "../../../../src/backend/wasm/register.ts"
import { dropoutKey } from "../../../../src/modules/dropout.ts"
import { collectStatistics, inference, type Mode } from "../../../../src/modules/mode.ts"
import type { InputShape, Network } from "../../../../src/modules/networks/network.ts"
import { disposeParams, leaves, mapLeaves, weightsOf } from "../../../../src/modules/params.ts"
import { declared, initialize, type Params } from "../../../../src/modules/spec.ts"
import { key } from "../../../../src/random/index.ts"
import { type Comparator, comparators, type Variation } from "../../../support/comparators.ts"
import { noise } from "../../../support/linearMap.ts"

registerWasmKernels()
beforeEach(async () => {
  await setBackend("wasm")
})

/** Short enough for few ReLUs to turn on the way, long enough to stand out of float32's last bits. */
const STEP = 1e-4

const smallest: Variation = { inChannels: 1, classes: 1, width: 1, size: [1, 1] }

const variation: fc.Arbitrary<Variation> = fc.record({
  inChannels: fc.integer({ min: 1, max: 2 }),
  classes: fc.integer({ min: 1, max: 3 }),
  width: fc.integer({ min: 1, max: 3 }),
  size: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
})

const holds = (law: (variation: Variation) => void) =>
  fc.assert(fc.property(variation, law), { numRuns: 5, seed: 1, endOnFailure: true })

interface Trial {
  readonly network: Network
  readonly params: Params
  readonly x: Tensor4D
  readonly shape: InputShape
}

const trial = ({ make }: Comparator, chosen: Variation, batch: number): Trial => {
  const [network, size] = make(chosen)
  const shape = [batch, ...size, chosen.inChannels] as const
  return { network, params: initialize(key(2), network.spec), x: noise(shape, 2), shape }
}

const logits = ({ network, params, x }: Trial, mode: Mode): Tensor4D => network.forward(params, x, mode).logits

/** One training pass, whose running statistics are freed with it. */
const training = <T>(run: (mode: Mode) => T): T => {
  const statistics = collectStatistics()
  const result = run({ training: true, key: dropoutKey(key(3)), statistics })
  statistics.dispose()
  return result
}

const jitter = (tensor: Tensor, path: string): Tensor =>
  add(tensor, mul(reshape(noise([1, 1, 1, tensor.size], path.length), tensor.shape), 0.1))

/** What the gradients below are of: sum(noise * logits). */
const loss = ({ network, x, shape }: Trial, params: Params, mode: Mode): Scalar => {
  const y = network.forward(params, x, mode).logits
  return sum(mul(y, noise([shape[0], shape[1], shape[2], y.shape[3]], 4)))
}

/** The gradient of the loss by each learned parameter. */
const gradients = (given: Trial, mode: Mode): Readonly<Record<string, Tensor>> => {
  const weights = Object.entries(weightsOf(given.network.spec, given.params))
  const of = (...tensors: Array<Tensor>) => {
    const replaced = new Map(weights.map(([path], i) => [path, tensors[i]]))
    return loss(
      given,
      mapLeaves(given.params, (tensor, path) => replaced.get(path) ?? tensor),
      mode
    )
  }
  const found = grads(of)(weights.map(([, tensor]) => tensor))
  return Object.fromEntries(weights.map(([path], i) => [path, found[i]]))
}

for (const comparator of comparators) {
  describe(comparator.name, () => {
    it("starts with the same bits from the same key, and others from another", () => {
      const [network] = comparator.make(smallest)
      const drawn = (seed: number) =>
        tidy(() => leaves(initialize(key(seed), network.spec)).map(([, tensor]) => [...tensor.dataSync()]))
      expect(drawn(1)).toEqual(drawn(1))
      expect(drawn(1)).not.toEqual(drawn(2))
    })

    it("gives every pixel a logit for each class, at any size and width that it takes", () => {
      holds((chosen) =>
        tidy(() => {
          const given = trial(comparator, chosen, 1)
          const y = logits(given, inference)
          expect(y.shape).toEqual([...given.shape.slice(0, 3), chosen.classes])
          expect(y.dataSync().every(Number.isFinite)).toBe(true)
        })
      )
    })

    it("turns with its batch, in training too", () => {
      tidy(() => {
        const given = trial(comparator, { ...smallest, width: 4, size: [2, 2] }, 2)
        const turned = { ...given, x: reverse(given.x, 0) }
        const inTraining = training((mode) => [logits(given, mode), logits(turned, mode)] as const)
        for (const [y, z] of [[logits(given, inference), logits(turned, inference)] as const, inTraining]) {
          expect(reverse(z, 0).dataSync()).toBeAllclose(y.dataSync(), { relative: 1e-2 })
          expect(z.dataSync()).not.toEqual(y.dataSync())
        }
      })
    })

    it("judges an image in inference alone, whatever else is in its batch", () => {
      holds((chosen) =>
        tidy(() => {
          const given = trial(comparator, chosen, 1)
          const alone = logits(given, inference)
          const together = logits({ ...given, x: concat([given.x, noise(given.shape, 5)], 0) }, inference)
          expect(together.dataSync().slice(0, alone.size)).toBeAllclose(alone.dataSync(), { relative: 1e-4 })
        })
      )
    })

    it("replaces every running statistic in training, and no other parameter", () => {
      tidy(() => {
        const given = trial(comparator, smallest, 2)
        const statistics = collectStatistics()
        logits(given, { training: true, key: dropoutKey(key(3)), statistics })
        const replaced = leaves(given.params).flatMap(([path, tensor]) =>
          statistics.updates().has(tensor) ? [path] : []
        )
        const expected = declared(given.network.spec).flatMap(([path, { role }]) =>
          role === "statistic" ? [path] : []
        )
        expect(replaced).toEqual(expected)
        statistics.dispose()
      })
    })

    it("has a finite gradient by every learned parameter in training", () => {
      tidy(() => {
        const found = training((mode) => gradients(trial(comparator, smallest, 2), mode))
        for (const [path, gradient] of Object.entries(found)) {
          expect(gradient.dataSync().every(Number.isFinite), path).toBe(true)
        }
      })
    })

    it("has the slope of its loss as the length of its gradient", () => {
      tidy(() => {
        const started = trial(comparator, { ...smallest, width: 2, size: [2, 2] }, 1)
        // At the start offsets are zero, and where nothing else is alive a ReLU stands on its kink.
        const given = { ...started, params: mapLeaves(started.params, jitter) }
        const gradient = gradients(given, inference)
        const squares = Object.values(gradient).map((part) => sum(square(part)).dataSync()[0])
        const length = Math.sqrt(squares.reduce((total, part) => total + part))
        const along = (step: number) =>
          mapLeaves(given.params, (tensor, path) =>
            path in gradient ? add(tensor, mul(gradient[path], step / length)) : tensor
          )
        const [above, below] = [STEP, -STEP].map((step) => loss(given, along(step), inference).dataSync()[0])
        expect(Math.abs((above - below) / (2 * STEP) / length - 1)).toBeLessThan(0.05)
      })
    })

    // In inference: batch norm over the few pixels of these small images would magnify the last bits of float32.
    it("has the same gradients on another engine", async () => {
      const read = (): ReadonlyArray<readonly [path: string, values: Float32Array]> =>
        tidy(() => Object.entries(gradients(trial(comparator, { ...smallest, width: 2 }, 2), inference))).map(
          ([path, gradient]) => [path, gradient.dataSync() as Float32Array]
        )
      const onWasm = new Map(read())
      await setBackend("cpu")
      for (const [path, expected] of read()) {
        expect(onWasm.get(path), path).toBeAllclose(expected, { relative: 1e-3, absolute: 1e-5 })
      }
    })

    it("reads no value on the way forward and back, so that it can be traced", () => {
      const reads = [vi.spyOn(Tensor.prototype, "dataSync"), vi.spyOn(Tensor.prototype, "data")]
      tidy(() => {
        const given = trial(comparator, smallest, 2)
        training((mode) => gradients(given, mode))
      })
      expect(reads.map((read) => read.mock.calls.length)).toEqual([0, 0])
      vi.restoreAllMocks()
    })

    it("leaves no tensor behind", () => {
      const given = trial(comparator, smallest, 2)
      const before = memory().numTensors
      tidy(() => {
        logits(given, inference)
        training((mode) => gradients(given, mode))
      })
      expect(memory().numTensors).toBe(before)
      given.x.dispose()
      disposeParams(given.params)
    })
  })
}
