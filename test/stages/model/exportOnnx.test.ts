import "@tensorflow/tfjs-backend-cpu"
import { spawnSync } from "node:child_process"
import {
  getBackend,
  setBackend,
  sigmoid,
  softmax,
  type Tensor4D,
  tensor4d,
  tidy,
  transpose
} from "@tensorflow/tfjs-core"
import * as Effect from "effect/Effect"
import * as node from "onnxruntime-node"
import * as web from "onnxruntime-web"
import { beforeAll, describe, expect, it } from "vitest"
import { tensorsAlive } from "../../../src/backend/backend.ts"
import {
  agcafNet,
  attentionUNet,
  ceNet,
  conv2d,
  conv2dSpec,
  defineNetwork,
  denseUNet,
  disposeParams,
  InputShapeError,
  inference,
  type Network,
  ParamsError,
  paramsFrom,
  r2UNet,
  transUNet,
  transUNetSizes,
  uNet,
  valuesOf
} from "../../../src/modules/index.ts"
import { key, uniform } from "../../../src/random/index.ts"
import {
  type Exportable,
  exportOnnx,
  Files,
  type Model,
  StageOptionError,
  saveOnnx,
  WINDOWS
} from "../../../src/stages/index.ts"
import { VERSION } from "../../../src/version.ts"
import { randomParams } from "../../support/randomParams.ts"
import { runOnnx } from "../../support/runOnnx.ts"
import { twoLayers } from "../../support/twoLayers.ts"

web.env.wasm.numThreads = 1

beforeAll(async () => {
  await setBackend("cpu")
})

const trained = async (network: Network): Promise<Pick<Model, "network" | "params">> => {
  const tensors = randomParams(network.spec, 1)
  const params = await valuesOf(tensors)
  disposeParams(tensors)
  return { network, params }
}

/** Images, and what a network gives for them on the cpu engine, channels before space. */
const known = (
  { network, params }: Exportable,
  batch: number,
  size: number,
  activate: (logits: Tensor4D) => Tensor4D = sigmoid
) => {
  const images = uniform(key(2), batch * size * size)
  const answer = tidy(() => {
    const x = tensor4d(images, [batch, size, size, 1])
    const y = transpose(activate(network.forward(paramsFrom(network.spec, params), x, inference).logits), [0, 3, 1, 2])
    return { dims: y.shape, data: y.dataSync() as Float32Array }
  })
  return { images, answer }
}

const networks: ReadonlyArray<readonly [name: string, network: Network, size: number]> = [
  ["AGCAF-Net", agcafNet({ width: 8 }), 32],
  [
    "AGCAF-Net, element-wise fusion, patches rounded up",
    agcafNet({ width: 8, fusion: "element", partition: "ceil" }),
    32
  ],
  ["U-Net", uNet({ width: 4 }), 32],
  ["U-Net, bilinear", uNet({ width: 4, upsampling: "bilinear" }), 32],
  ["U-Net, nearest", uNet({ width: 4, upsampling: "nearest" }), 32],
  ["Attention U-Net", attentionUNet({ width: 4 }), 32],
  ["Dense U-Net", denseUNet({ width: 8 }), 32],
  ["TransUNet", transUNet({ ...transUNetSizes.tiny, size: [32, 32] }), 32],
  ["CE-Net", ceNet({ width: 4 }), 192],
  ["R2U-Net", r2UNet({ width: 4 }), 32]
]

const python = ["python3", "/usr/bin/python3"].find((name) => spawnSync(name, ["-c", "import onnx"]).status === 0)

const CHECK = `
import base64, json, sys, onnx
def read(text):
    model = onnx.load_model_from_string(base64.b64decode(text))
    onnx.checker.check_model(model, full_check=True)
    lengths = lambda v: [v.name] + [d.dim_param or d.dim_value for d in v.type.tensor_type.shape.dim]
    return {
        "ops": sorted({n.domain + n.op_type for n in model.graph.node}),
        "opsets": [[o.domain, o.version] for o in model.opset_import],
        "values": [lengths(v) for v in [*model.graph.input, *model.graph.output]],
        "metadata": {p.key: p.value for p in model.metadata_props}
    }
print(json.dumps([read(text) for text in json.load(sys.stdin)]))`

/** What onnx itself reads in files that its checker has passed. */
const checked = (files: ReadonlyArray<Uint8Array>) => {
  const input = JSON.stringify(files.map((file) => Buffer.from(file).toString("base64")))
  const { stdout, stderr, status } = spawnSync(python as string, ["-c", CHECK], { input, encoding: "utf8" })
  expect(status, stderr).toBe(0)
  return JSON.parse(stdout)
}

describe.each(networks)("%s in one file", (_, network, size) => {
  it("gives what the cpu engine gives, for 1, 2 and 5 images, in Node and in WebAssembly", {
    timeout: 120_000
  }, async () => {
    const model = await trained(network)
    const file = exportOnnx(model, { size: [size, size] })
    const { images, answer } = known(model, 5, size)
    for (const batch of [1, 2, 5]) {
      const image = { dims: [batch, 1, size, size], data: images.slice(0, batch * size * size) }
      for (const ort of [node, web]) {
        const { probabilities } = await runOnnx(file, { image }, ort)
        expect(probabilities.dims).toEqual([batch, ...answer.dims.slice(1)])
        expect(probabilities.data).toBeAllclose(answer.data.subarray(0, probabilities.data.length), { absolute: 1e-5 })
      }
    }
  })
})

describe.skipIf(python === undefined)("onnx's checker (skipped where python3 lacks the package onnx)", () => {
  it("passes every network, as plain operators without batch normalisation", async () => {
    const files = await Promise.all(
      networks.map(async ([, network, size]) => exportOnnx(await trained(network), { size: [size, size] }))
    )
    for (const [i, { ops, opsets, values }] of checked(files).entries()) {
      const [, , size] = networks[i]
      expect(opsets).toEqual([["", 17]])
      expect(ops).not.toContain("BatchNormalization")
      expect(values).toEqual([
        ["image", "batch", 1, size, size],
        ["probabilities", "batch", 1, size, size]
      ])
    }
  })

  it("reads how a CT is prepared", async () => {
    const network = uNet({ width: 2 })
    const preprocessing = { window: WINDOWS.liver, size: [16, 32], target: "tumor", threshold: 0.4 } as const
    const one = { ...(await trained(network)), preprocessing, training: { epochs: 3 } }
    const classes = { window: WINDOWS.liver, size: [16, 32], target: ["liver", "tumor"] } as const
    const several = { ...(await trained(uNet({ width: 2, classes: 3 }))), preprocessing: classes }
    const around = {
      tiles: { size: [16, 16], overlap: 0.25 },
      flips: ["horizontal"],
      postprocess: [{ kind: "removeSmall", mm3: 100 }]
    } as const
    const tiled = { ...one, preprocessing: { ...preprocessing, ...around } }
    const [first, second, third] = checked([exportOnnx(one), exportOnnx(several), exportOnnx(tiled)])
    expect(first.metadata).toEqual({
      hepaflow: VERSION,
      network: "uNet",
      config: JSON.stringify(network.config),
      height: "16",
      width: "32",
      activation: "sigmoid",
      window_level: "30",
      window_width: "150",
      field: "scan",
      plane: "axial",
      classes: '["tumor"]',
      threshold: "0.4",
      training: '{"epochs":3}'
    })
    expect(second.metadata).toMatchObject({ classes: '["background","liver","tumor"]', activation: "softmax" })
    expect(second.metadata).not.toHaveProperty("threshold")
    expect(third.metadata).toEqual({
      ...first.metadata,
      width: "16",
      tiles: '{"size":[16,16],"overlap":0.25}',
      slice_height: "16",
      slice_width: "32",
      flips: '["horizontal"]',
      postprocess: '[{"kind":"removeSmall","mm3":100}]'
    })
  })
})

describe("exportOnnx", () => {
  it("gives logits on request", async () => {
    const model = await trained(uNet({ width: 2 }))
    const { images, answer } = known(model, 2, 16, (logits) => logits)
    const file = exportOnnx(model, { size: [16, 16], output: "logits" })
    const { logits } = await runOnnx(file, { image: { dims: [2, 1, 16, 16], data: images } })
    expect(logits.data).toBeAllclose(answer.data, { relative: 1e-5 })
    expect(logits.data.some((x) => x < 0)).toBe(true)
  })

  it("gives one channel for each class of a model of several targets", async () => {
    const preprocessing = { window: WINDOWS.lits, size: [16, 16], target: ["liver", "tumor"] } as const
    const model = { ...(await trained(uNet({ width: 2, classes: 3 }))), preprocessing, training: {} }
    const { images, answer } = known(model, 2, 16, softmax)
    const { probabilities } = await runOnnx(exportOnnx(model), { image: { dims: [2, 1, 16, 16], data: images } })
    expect(probabilities.dims).toEqual([2, 3, 16, 16])
    expect(probabilities.data).toBeAllclose(answer.data, { absolute: 1e-5 })
  })

  it("takes images that are no squares, and networks of one's own", async () => {
    const model = await trained(twoLayers())
    const file = exportOnnx(model, { size: [8, 24] })
    const image = { dims: [1, 1, 8, 24], data: uniform(key(1), 8 * 24) }
    expect((await runOnnx(file, { image })).probabilities.dims).toEqual([1, 1, 8, 24])
  })

  it("takes images of the size of a model's tiles, not of its slices", async () => {
    const preprocessing = { window: WINDOWS.lits, size: [64, 64], tiles: { size: [16, 16] }, target: "tumor" } as const
    const file = exportOnnx({ ...(await trained(uNet({ width: 2 }))), preprocessing })
    const image = { dims: [1, 1, 16, 16], data: uniform(key(1), 16 * 16) }
    expect((await runOnnx(file, { image })).probabilities.dims).toEqual([1, 1, 16, 16])
  })

  it("gives the same bytes for the same model, and leaves tfjs and the model as they were", async () => {
    const model = await trained(uNet({ width: 2 }))
    const before = structuredClone([...model.params])
    const alive = tensorsAlive()
    expect(exportOnnx(model, { size: [16, 16] })).toEqual(exportOnnx(model, { size: [16, 16] }))
    expect([...model.params]).toEqual(before)
    expect(tensorsAlive()).toBe(alive)
    expect(getBackend()).toBe("cpu")
  })

  it("refuses what makes no file", async () => {
    const model = await trained(uNet({ width: 2 }))
    expect(() => exportOnnx(model)).toThrow(StageOptionError)
    expect(() => exportOnnx(model)).toThrow(/size is undefined; expected a height and a width/)
    expect(() => exportOnnx(model, { size: [16, 0] })).toThrow(StageOptionError)
    const large = await trained(ceNet({ width: 2 }))
    expect(() => exportOnnx(large, { size: [64, 64] })).toThrow(InputShapeError)
    expect(() => exportOnnx(model, { size: [16, 16], activation: "softmax" })).toThrow(/softmax of a single class/)
    expect(() => exportOnnx(model, { size: [16, 16], output: "mask" as never })).toThrow(/probabilities or logits/)
    const { params } = await trained(twoLayers())
    expect(() => exportOnnx({ ...model, params }, { size: [16, 16] })).toThrow(ParamsError)
    expect(getBackend()).toBe("cpu")
  })

  it("refuses a network that mixes the images of a batch", async () => {
    const mixing = defineNetwork({
      name: "mixing",
      config: {},
      spec: { layer: conv2dSpec({ in: 1, out: 1, kernel: 3 }) },
      forward: (p, x) => ({ logits: conv2d(p.layer, x.shape[0] > 5 ? conv2d(p.layer, x) : x) })
    })
    const model = await trained(mixing as unknown as Network)
    expect(() => exportOnnx(model, { size: [8, 8] })).toThrow(/other steps for another batch size/)
  })
})

describe("saveOnnx", () => {
  const inMemory = <A, E>(program: Effect.Effect<A, E, Files>) =>
    Effect.runPromise(Effect.provide(program, Files.layerMemory()))

  it("writes the file, and keeps one that is there", async () => {
    const model = await trained(uNet({ width: 2 }))
    const size = [16, 16] as const
    const [bytes, again] = await inMemory(
      Effect.gen(function* () {
        const files = yield* Files
        yield* saveOnnx("u.onnx", model, { size })
        const second = yield* Effect.flip(saveOnnx("u.onnx", model, { size }))
        yield* saveOnnx("u.onnx", model, { size, overwrite: true })
        return [yield* files.read("u.onnx"), second] as const
      })
    )
    expect(bytes).toEqual(exportOnnx(model, { size }))
    expect(again).toMatchObject({ _tag: "FileError", problem: "exists" })
  })

  it("fails with what cannot be exported", async () => {
    const model = await trained(ceNet({ width: 2 }))
    const error = await inMemory(Effect.flip(saveOnnx("u.onnx", model, { size: [64, 64] })))
    expect(error).toMatchObject({ _tag: "InputShapeError" })
  })
})
