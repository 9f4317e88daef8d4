import "@tensorflow/tfjs-backend-cpu"
import { setBackend } from "@tensorflow/tfjs-core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { beforeAll, describe, expect, it } from "vitest"
import { tensorsAlive } from "../../../src/backend/backend.ts"
import { wasm } from "../../../src/backend/engines/wasm.ts"
import { crc32 } from "../../../src/formats/crc32.ts"
import { defineNetwork, disposeParams, initialize, uNet, valuesOf, weight } from "../../../src/modules/index.ts"
import { phantomCase } from "../../../src/phantom/index.ts"
import { key } from "../../../src/random/index.ts"
import {
  Files,
  joinPath,
  loadModel,
  type Model,
  predict,
  predictCases,
  removeSmall,
  restack,
  saveModel,
  segment,
  slice,
  WINDOWS,
  window
} from "../../../src/stages/index.ts"

const network = uNet({ width: 2 })
const preprocessing = { window: WINDOWS.liver, size: [32, 32], target: "tumor", threshold: 0.4 } as const
let model: Model
beforeAll(async () => {
  await setBackend("cpu")
  const params = initialize(key(1), network.spec)
  model = { network, params: await valuesOf(params), preprocessing, training: { epochs: 3, dice: 0.5 } }
  disposeParams(params)
})

const inMemory = <A, E>(program: Effect.Effect<A, E, Files>) =>
  Effect.runPromise(Effect.provide(program, Files.layerMemory()))

/** Saves the model, lets its files be changed, and loads it. */
const changed = (change: (files: Files["Service"]) => Effect.Effect<unknown, unknown>) =>
  inMemory(
    Effect.gen(function* () {
      const files = yield* Files
      yield* saveModel("models/m", model)
      yield* change(files)
      return yield* loadModel("models/m")
    })
  )
const edit = (name: string, f: (bytes: Uint8Array) => Uint8Array) =>
  changed((files) =>
    Effect.flatMap(files.read(joinPath("models/m", name)), (bytes) =>
      files.write(joinPath("models/m", name), f(bytes.slice()), { overwrite: true })
    )
  )
const editText = (f: (text: string) => string) =>
  edit("model.json", (bytes) => new TextEncoder().encode(f(new TextDecoder().decode(bytes))))

describe("a model", () => {
  it("comes back as it was saved", async () => {
    const again = await changed(() => Effect.void)
    expect(again.network.name).toBe("uNet")
    expect(again.network.config).toEqual(network.config)
    expect(again.preprocessing).toEqual(preprocessing)
    expect(again.training).toEqual({ epochs: 3, dice: 0.5 })
    expect([...again.params].sort()).toEqual([...model.params].sort())
  })

  it("predicts as the pipeline that it was trained in", async () => {
    const again = await changed(() => Effect.void)
    const patient = Stream.make(phantomCase(1, 0, { shape: [40, 40, 2] }))
    const byHand = patient.pipe(
      window("liver"),
      slice({ size: [32, 32] }),
      predict({ network, params: model.params, threshold: 0.4 })
    )
    const alive = tensorsAlive()
    const [a, b] = await Effect.runPromise(
      Effect.provide(
        Effect.all([Stream.runCollect(patient.pipe(predictCases(again))), Stream.runCollect(byHand)]),
        wasm
      )
    )
    expect(a).toEqual(b)
    expect(tensorsAlive()).toBe(alive)
    const masks = patient.pipe(segment(again))
    const [{ volume }] = await Effect.runPromise(Effect.provide(Stream.runCollect(masks), wasm))
    expect(volume.shape).toEqual([40, 40, 2])
  })

  it("goes over its masks as it was told", async () => {
    const told: Model = {
      ...model,
      preprocessing: { ...preprocessing, postprocess: [{ kind: "removeSmall", mm3: 1e9 }] }
    }
    const again = await inMemory(Effect.andThen(saveModel("m", told), loadModel("m")))
    const patient = Stream.make(phantomCase(1, 0, { shape: [40, 40, 3] }))
    const masks = patient.pipe(predictCases(model), restack("mask"))
    const [found, byHand, all] = await Effect.runPromise(
      Effect.provide(
        Effect.all(
          [patient.pipe(segment(again)), masks.pipe(removeSmall({ mm3: 1e9 })), masks].map((each) =>
            Stream.runCollect(each)
          )
        ),
        wasm
      )
    )
    expect(found).toEqual(byHand)
    expect(found).not.toEqual(all)
  })

  it("of a target that is none is refused where its pipeline is made", () => {
    const misspelt: Model = { ...model, preprocessing: { ...preprocessing, target: "tumour" as "tumor" } }
    expect(() => segment(misspelt)).toThrow("predictCases: target is tumour; expected tumor or liver or wholeLiver")
  })

  it("sees the field that it was trained on", async () => {
    const trained: Model = { ...model, preprocessing: { ...preprocessing, field: "body" } }
    const again = await inMemory(Effect.andThen(saveModel("m", trained), loadModel("m")))
    const patient = Stream.make(phantomCase(1, 0, { shape: [40, 40, 1] }))
    const found = await Effect.runPromise(Effect.provide(Stream.runCollect(patient.pipe(predictCases(again))), wasm))
    expect(found.map(({ origin, height, width }) => ({ region: origin.region, height, width }))).toMatchObject([
      { region: { height: expect.any(Number) }, height: 32, width: 32 }
    ])
  })

  it("looks through its tiles, and over its flips", async () => {
    const tiles = { size: [16, 16], overlap: 0.25 } as const
    const flips = ["horizontal"] as const
    const tiled: Model = { ...model, preprocessing: { ...preprocessing, tiles, flips } }
    const again = await inMemory(Effect.andThen(saveModel("m", tiled), loadModel("m")))
    const patient = Stream.make(phantomCase(1, 0, { shape: [40, 40, 1] }))
    const sliced = patient.pipe(window("liver"), slice({ size: [32, 32] }))
    const byHand = sliced.pipe(predict({ network, params: model.params, threshold: 0.4, window: tiles, flips }))
    const [a, b, whole] = await Effect.runPromise(
      Effect.provide(
        Effect.all(
          [patient.pipe(predictCases(again)), byHand, patient.pipe(predictCases(model))].map(Stream.runCollect)
        ),
        wasm
      )
    )
    expect(a).toEqual(b)
    expect(a).not.toEqual(whole)
  })

  it("may be laid out anew, but not changed", async () => {
    expect((await editText((text) => JSON.stringify(JSON.parse(text)))).network.name).toBe("uNet")
    await expect(editText((text) => text.replace("0.4", "0.6"))).rejects.toMatchObject({
      _tag: "ModelError",
      kind: "damaged",
      message: expect.stringMatching(/models\/m: the checksum of model.json is wrong.*save or copy it again/)
    })
  })

  it("is refused when any byte of its weights differs, or it is cut off", async () => {
    const damaged = { _tag: "ModelError", kind: "damaged" }
    const flipped = edit("weights.safetensors", (bytes) => {
      bytes[bytes.length - 3] ^= 4
      return bytes
    })
    await expect(flipped).rejects.toMatchObject(damaged)
    await expect(edit("weights.safetensors", (bytes) => bytes.slice(0, 100))).rejects.toMatchObject(damaged)
    await expect(editText((text) => text.slice(0, 50))).rejects.toMatchObject(damaged)
  })

  it("is refused when it is newer, or no model", async () => {
    const newer = editText((text) => text.replace('"version": 1', '"version": 2'))
    await expect(newer).rejects.toMatchObject({
      kind: "newer",
      message: expect.stringMatching(/version 2.*update hepaflow/)
    })
    await expect(editText(() => '{"format":"other"}')).rejects.toMatchObject({ kind: "foreign" })
    await expect(editText(() => "null")).rejects.toMatchObject({ kind: "foreign" })
    await expect(changed((files) => files.remove("models/m/weights.safetensors"))).rejects.toMatchObject({
      kind: "foreign",
      message: expect.stringMatching(/there is no models\/m\/weights.safetensors/)
    })
  })

  it("is not written over unasked, and not with parameters of another network", async () => {
    await expect(inMemory(Effect.andThen(saveModel("m", model), saveModel("m", model)))).rejects.toMatchObject({
      _tag: "FileError"
    })
    const other = { ...model, network: uNet({ width: 4 }) }
    await expect(inMemory(saveModel("m", other))).rejects.toMatchObject({ _tag: "ParamsError" })
  })

  it.each([
    [{ threshold: Number.NaN }, "StageOptionError", /threshold is NaN/],
    [{ size: "32" }, "StageOptionError", /slice: size is/],
    [{ target: "tumour" }, "StageOptionError", /target is tumour/],
    [{ postprocess: [{ kind: "fillHoles" }] }, "StageOptionError", /kind is fillHoles/],
    [
      { postprocess: [{ kind: "removeSmall", mm3: Number.POSITIVE_INFINITY }] },
      "ModelError",
      /^model m: its preprocessing.postprocess holds something that JSON does not keep.*mend it before it is saved$/
    ]
  ])("is not written with preprocessing that would not come back: %o", async (wrong, _tag, message) => {
    const lost = { ...model, preprocessing: { ...preprocessing, ...wrong } } as Model
    await expect(inMemory(saveModel("m", lost))).rejects.toMatchObject({
      _tag,
      message: expect.stringMatching(message)
    })
  })

  it("is not written with numbers that are not finite, or options that are not plain", async () => {
    const [[path, { shape, data }]] = model.params
    const spoilt = new Map(model.params).set(path, { shape, data: data.map(() => Number.NaN) })
    await expect(inMemory(saveModel("m", { ...model, params: spoilt }))).rejects.toMatchObject({
      _tag: "ModelError",
      kind: "unsavable",
      reason: `its ${path} is not finite`
    })
    const odd = { ...model, network: { ...network, config: { width: 2, activation: () => 1 } } }
    await expect(inMemory(saveModel("m", odd))).rejects.toMatchObject({
      reason: expect.stringMatching(/its config.activation holds/)
    })
  })

  it("that goes over its masks in a way unknown here is newer, and one that makes no pipeline is damaged", async () => {
    const rewritten = (change: (content: { preprocessing: object }) => object) =>
      editText((text) => {
        const { checksums, format, version, ...content } = JSON.parse(text)
        const changed = { ...content, preprocessing: change(content) }
        const sum = crc32(new TextEncoder().encode(JSON.stringify(changed)))
        return JSON.stringify({ format, version, ...changed, checksums: { ...checksums, content: sum } })
      })
    await expect(
      rewritten(({ preprocessing: was }) => ({ ...was, postprocess: [{ kind: "fillHoles" }] }))
    ).rejects.toMatchObject({ _tag: "ModelError", kind: "newer", reason: expect.stringMatching(/kind is fillHoles/) })
    await expect(rewritten(({ preprocessing: was }) => ({ ...was, threshold: null }))).rejects.toMatchObject({
      _tag: "ModelError",
      kind: "damaged"
    })
  })

  it("may be of a network of one's own", async () => {
    const own = (config: { readonly gain: number }) =>
      defineNetwork({
        name: "own",
        config,
        spec: { bias: weight([1], { kind: "constant", value: config.gain }) },
        forward: (_, x) => ({ logits: x })
      })
    const params = new Map([["bias", { shape: [1], data: Float32Array.of(2) }]])
    const mine = { network: own({ gain: 2 }), params, preprocessing, training: {} }
    const saved = <A, E>(load: Effect.Effect<A, E, Files>) => inMemory(Effect.andThen(saveModel("m", mine), load))
    expect((await saved(loadModel("m", { networks: { own } }))).network.config).toEqual({ gain: 2 })
    await expect(saved(loadModel("m"))).rejects.toMatchObject({
      kind: "foreign",
      message: expect.stringMatching(/own cannot be made/)
    })
  })
})
