import { add, mul, scalar, setBackend, Tensor, type Tensor4D, tensor4d } from "@tensorflow/tfjs-core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { Backend, tensorsAlive } from "../../src/backend/backend.ts"
import { cpu } from "../../src/backend/engines/cpu.ts"
import { wasm } from "../../src/backend/engines/wasm.ts"
import { defineNetwork, disposeParams, initialize, uNet, weight } from "../../src/modules/index.ts"
import { paramsFrom, valuesOf } from "../../src/modules/paramValues.ts"
import { phantomCase } from "../../src/phantom/phantom.ts"
import { key } from "../../src/random/index.ts"
import { labelSplit, Notices, predict, restack, slice, threshold, window } from "../../src/stages/index.ts"
import type { Slice } from "../../src/volume/index.ts"
import { someSample } from "../support/sample.ts"

/** logit = a x + b: 20 (x - 0.5) marks what is above a half. */
const line = defineNetwork({
  name: "line",
  config: {},
  spec: { slope: weight([], { kind: "constant", value: 20 }), offset: weight([], { kind: "constant", value: -10 }) },
  check: ([, height]) => {
    if (height > 24) throw new Error(`height ${height} is above 24`)
  },
  forward: (p, x) => ({ logits: add(mul(p.slope, x), p.offset) as Tensor4D })
})
const values = new Map([
  ["slope", { shape: [], data: Float32Array.of(20) }],
  ["offset", { shape: [], data: Float32Array.of(-10) }]
])
const probability = (x: number) => 1 / (1 + Math.exp(10 - 20 * x))
const slices = Array.from({ length: 7 }, (_, index) => someSample({ index }))
const collect = <E>(stream: Stream.Stream<Slice, E>, options: Partial<Parameters<typeof predict>[0]> = {}) =>
  Effect.runPromise(
    Stream.runCollect(predict({ network: line, params: values, ...options })(stream)).pipe(Effect.provide(cpu))
  )

let before = 0
// An engine has to have started before its tensors can be counted.
beforeAll(() => Effect.runPromise(Effect.provide(Effect.asVoid(Backend), cpu)).then(() => void setBackend("cpu")))
beforeEach(() => {
  before = tensorsAlive()
})
afterEach(() => expect(tensorsAlive()).toBe(before))

describe("predict", () => {
  it("gives the sigmoid of the logits and the mask above the threshold, in order, a partial batch at the end", async () => {
    const found = await collect(Stream.fromIterable(slices), { batchSize: 3, threshold: 0.9 })
    expect(found.map(({ origin }) => origin.index)).toEqual([0, 1, 2, 3, 4, 5, 6])
    for (const [i, { mask, probabilities }] of found.entries()) {
      const expected = slices[i].pixels.map(probability)
      expect(probabilities).toBeAllclose(expected, { relative: 1e-5, absolute: 1e-6 })
      expect(mask).toEqual(Uint8Array.from(probabilities, (p) => (p > 0.9 ? 1 : 0)))
    }
  })

  it("asks an engine to prepare a function of images alone, once", async () => {
    const calls: Array<unknown> = []
    let prepared = 0
    const watching = Layer.effect(
      Backend,
      Effect.map(Backend, (backend) => ({
        ...backend,
        prepare: ((f: (inputs: Tensor4D) => Tensor4D) => {
          prepared++
          return (inputs: Tensor4D) => {
            calls.push(inputs)
            return f(inputs)
          }
        }) as never
      }))
    )
    const run = predict({ network: line, params: values, batchSize: 3 })(Stream.fromIterable(slices))
    await Effect.runPromise(Stream.runDrain(run).pipe(Effect.provide(watching), Effect.provide(cpu)))
    expect(prepared).toBe(1)
    expect(calls).toHaveLength(3)
    for (const inputs of calls) expect(inputs).toBeInstanceOf(Tensor)
  })

  it("never mixes sizes in a batch", async () => {
    const mixed = [16, 16, 8, 16, 12].map((width, index) => someSample({ index, width }))
    const found = await collect(Stream.fromIterable(mixed), { batchSize: 4 })
    expect(found.map(({ width }) => width)).toEqual([16, 16, 8, 16, 12])
    for (const [i, { probabilities }] of found.entries()) {
      expect(probabilities).toBeAllclose(mixed[i].pixels.map(probability), { relative: 1e-5, absolute: 1e-6 })
    }
  })

  it("asks for no more than the slices of a few batches before it answers", async () => {
    let pulled = 0
    const many = Array.from({ length: 100 }, (_, index) => someSample({ index }))
    const counted = Stream.fromIterable(many, { chunkSize: 1 }).pipe(
      Stream.mapEffect((each) =>
        Effect.sync(() => {
          pulled++
          return each
        })
      )
    )
    const first = predict({ network: line, params: values, batchSize: 2 })(counted).pipe(Stream.take(1))
    await Effect.runPromise(Effect.provide(Stream.runDrain(first), cpu))
    expect(pulled).toBeGreaterThanOrEqual(2)
    expect(pulled).toBeLessThanOrEqual(10)
  })

  it("averages over flips, mirrored back", async () => {
    // A network that sees where a pixel is: the ramp decides, and its mean over both directions is flat.
    const ramp = defineNetwork({
      name: "ramp",
      config: {},
      spec: {},
      forward: (_, x) => ({ logits: add(mul(x, scalar(0)), tensor4d([-1, 0, 1, 2], [1, 1, 4, 1])) as Tensor4D })
    })
    const sample = someSample({ height: 2, width: 4 })
    const [found] = await collect(Stream.make(sample), { network: ramp, params: new Map(), flips: ["horizontal"] })
    const s = (x: number) => 1 / (1 + Math.exp(-x))
    const row = [(s(-1) + s(2)) / 2, (s(0) + s(1)) / 2, (s(0) + s(1)) / 2, (s(-1) + s(2)) / 2]
    expect(found.probabilities).toBeAllclose([...row, ...row], { relative: 1e-5 })
    const [both] = await collect(Stream.make(sample), { flips: ["horizontal", "vertical"] })
    expect(both.probabilities).toBeAllclose(sample.pixels.map(probability), { relative: 1e-5, absolute: 1e-6 })
  })

  it("looks through a window of the size that the network takes, to the bits of the whole where pixels are seen alone", async () => {
    const sizes = [
      [24, 24],
      [16, 16],
      [23, 41],
      [17, 16]
    ]
    const mixed = sizes.map(([height, width], index) => someSample({ index, height, width }))
    const whole = await collect(Stream.fromIterable(mixed))
    for (const overlap of [0, 0.3, 0.5, 0.9]) {
      const found = await collect(Stream.fromIterable(mixed), { batchSize: 3, window: { size: [16, 16], overlap } })
      expect(found).toEqual(whole)
    }
    const tall = someSample({ height: 40 })
    await expect(collect(Stream.make(tall))).rejects.toThrow(/height 40 is above 24/)
    const [seen] = await collect(Stream.make(tall), { window: { size: [24, 16] } })
    expect(seen.probabilities).toBeAllclose(tall.pixels.map(probability), { relative: 1e-5, absolute: 1e-6 })
  })

  it("weighs tiles by nearness to their middle where they differ", async () => {
    // A network that knows only where in a tile a pixel is.
    const place = defineNetwork({
      name: "place",
      config: {},
      spec: {},
      forward: (_, x) => ({ logits: add(mul(x, scalar(0)), tensor4d([-1, 0, 1, 2], [1, 1, 4, 1])) as Tensor4D })
    })
    const options = { network: place, params: new Map(), window: { size: [2, 4] as const } }
    const [found] = await collect(Stream.make(someSample({ height: 2, width: 5 })), options)
    const s = (x: number) => 1 / (1 + Math.exp(-x))
    // Tiles begin at 0 and, shifted inside, at 1; their weights are 1 2 2 1.
    const row = [s(-1), (2 * s(0) + 1 * s(-1)) / 3, (2 * s(1) + 2 * s(0)) / 4, (1 * s(2) + 2 * s(1)) / 3, s(2)]
    expect(found.probabilities).toBeAllclose([...row, ...row], { relative: 1e-6 })
  })

  it("refuses a slice that is smaller than the window", async () => {
    const options = { window: { size: [16, 20] as const } }
    await expect(collect(Stream.make(slices[0]), options)).rejects.toMatchObject({
      _tag: "PredictError",
      message:
        "predict: case volume-0, slice 0: 16 x 16 pixels are less than the window of 16 x 20; " +
        "take a smaller window, or slice to a larger size"
    })
  })

  it("gives of several classes the probabilities and the most probable one, through a window too", async () => {
    const three = defineNetwork({
      name: "three",
      config: {},
      spec: {},
      forward: (_, x) => ({ logits: mul(x, tensor4d([0, 6, -6], [1, 1, 1, 3])) as Tensor4D })
    })
    const sample = { ...someSample({ width: 20 }), pixels: someSample({ width: 20 }).pixels.map((x) => x - 0.5) }
    const options = { network: three, params: new Map(), activation: "softmax" as const }
    const [found] = await collect(Stream.make(sample), options)
    expect(found.mask).toEqual(Uint8Array.from(sample.pixels, (x) => (x > 0 ? 1 : 2)))
    const [background, first, second] = found.classes as ReadonlyArray<Float32Array>
    const expected = sample.pixels.map((x) => 1 / (1 + Math.exp(6 * x) + Math.exp(-6 * x)))
    expect(background).toBeAllclose(expected, { relative: 1e-5 })
    expect(first.map((p, i) => p + second[i])).toBeAllclose(found.probabilities, { relative: 1e-5 })
    expect(found).not.toHaveProperty("threshold")
    expect(await collect(Stream.make(sample), { ...options, window: { size: [16, 16] } })).toEqual([found])
    await expect(collect(Stream.make(slices[0]), { activation: "softmax" })).rejects.toThrow(/two or more classes/)
  })

  it("refuses a slice that the network cannot take, naming it, or skips and reports it", async () => {
    const tall = someSample({ caseId: "tall", index: 3, height: 32 })
    const stream = Stream.make(slices[0], tall, slices[1])
    await expect(collect(stream)).rejects.toMatchObject({
      _tag: "PredictError",
      message: "predict: case tall, slice 3: height 32 is above 24"
    })
    const notices: Array<string> = []
    const skipping = Effect.provideService(
      Stream.runCollect(predict({ network: line, params: values, onFailure: "skip" })(stream)),
      Notices,
      ({ caseId }) => Effect.sync(() => notices.push(caseId))
    )
    expect(await Effect.runPromise(Effect.provide(skipping, cpu))).toHaveLength(2)
    expect(notices).toEqual(["tall"])
  })

  it("refuses a network of two classes, a NaN, and the numbers of another network", async () => {
    const two = uNet({ width: 1, classes: 2, upsampling: "nearest" })
    const params = initialize(key(1), two.spec)
    await expect(collect(Stream.make(slices[0]), { network: two, params })).rejects.toThrow(/must have one class/)
    disposeParams(params)
    const blind = { ...slices[0], pixels: slices[0].pixels.map(() => Number.NaN) }
    await expect(collect(Stream.make(blind))).rejects.toThrow(/NaN/)
    await expect(collect(Stream.make(slices[0]), { network: two })).rejects.toMatchObject({ _tag: "ParamsError" })
  })

  it("frees its tensors when upstream fails and when it is interrupted", async () => {
    const failing = Stream.concat(Stream.fromIterable(slices), Stream.fail("broken"))
    await expect(collect(failing, { batchSize: 2 })).rejects.toThrow(/broken/)
    const endless = predict({ network: line, params: values })(Stream.forever(Stream.fromIterable(slices)))
    const signal = AbortSignal.timeout(50)
    await expect(Effect.runPromise(Effect.provide(Stream.runDrain(endless), cpu), { signal })).rejects.toThrow()
  })

  it("says where it is made that an option is none", () => {
    const options = { network: line, params: values }
    expect(() => predict({ ...options, batchSize: 0 })).toThrow(/predict: batchSize is 0/)
    expect(() => predict({ ...options, threshold: 2 })).toThrow(/threshold is 2/)
    expect(() => predict({ ...options, flips: ["diagonal" as "vertical"] })).toThrow(/flips is diagonal/)
    expect(() => predict({ ...options, activation: "relu" as "softmax" })).toThrow(/activation is relu/)
    expect(() => predict({ ...options, activation: "softmax", threshold: 0.5 })).toThrow(
      /threshold is 0.5; expected none/
    )
    expect(() => predict({ ...options, window: { size: [0, 8] } })).toThrow(/window.size is 0,8/)
    expect(() => predict({ ...options, window: { size: [8, 8], overlap: 1 } })).toThrow(/window.overlap is 1/)
  })

  it("restacks to the CT's grid, as masks and as probabilities alike", async () => {
    const patient = phantomCase(1, 0, { shape: [16, 20, 4] })
    const found = Stream.make(patient).pipe(window(), slice(), predict({ network: line, params: values }))
    const run = <A, E>(effect: Effect.Effect<A, E, never>) => Effect.runPromise(effect)
    const [masks, cut] = await Promise.all([
      run(Effect.provide(Stream.runCollect(restack("mask")(found)), cpu)),
      run(Effect.provide(Stream.runCollect(found.pipe(restack("probabilities"), threshold(0.5))), cpu))
    ])
    expect(masks[0].volume.shape).toEqual([16, 20, 4])
    expect(masks[0].volume.affine).toEqual(patient.image.affine)
    const above = Uint8Array.from(patient.image.voxels, (hu) => (hu > 25 ? 1 : 0))
    expect(masks[0].volume.voxels).toEqual(above)
    expect(cut[0].volume.voxels).toEqual(above)
  })

  it("runs a real network the same from tensors and from their numbers", async () => {
    const network = uNet({ width: 2 })
    const program = (params: Parameters<typeof predict>[0]["params"]) =>
      Effect.runPromise(
        Stream.make(phantomCase(1, 0, { shape: [32, 32, 2] })).pipe(
          window(),
          slice(),
          labelSplit("tumor"),
          predict({ network, params, flips: ["vertical"] }),
          Stream.runCollect,
          Effect.provide(wasm)
        )
      )
    const params = initialize(key(1), network.spec)
    const numbers = await valuesOf(params)
    const again = paramsFrom(network.spec, numbers)
    const [a, b] = [await program(again), await program(numbers)]
    expect(a[1].probabilities).toEqual(b[1].probabilities)
    expect(new Set(a[0].probabilities).size).toBeGreaterThan(100)
    disposeParams(params)
    disposeParams(again)
  })
})

it("by default as many slices go through the network at once as have 2^18 pixels, 16 at most", async () => {
  const sizes: Array<number> = []
  const counting: typeof line = {
    ...line,
    check: () => {},
    forward: (_, x) => {
      sizes.push(x.shape[0])
      return { logits: x }
    }
  }
  const of = (side: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({
      ...someSample({ height: side, width: side }),
      origin: { ...someSample({}).origin, index: i }
    }))
  await Effect.runPromise(
    Effect.provide(
      Stream.runDrain(
        predict({ network: counting, params: values })(Stream.fromIterable([...of(256, 6), ...of(64, 20)])).pipe(
          Stream.concat(
            predict({ network: counting, params: values, flips: ["vertical"] })(Stream.fromIterable(of(256, 3)))
          )
        )
      ),
      wasm
    )
  )
  // Mirrored ones count.
  expect(sizes).toEqual([4, 2, 10, 10, 2, 2, 1, 1])
})
