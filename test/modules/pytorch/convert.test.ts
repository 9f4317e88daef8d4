import "@tensorflow/tfjs-backend-cpu"
import { memory, type Tensor } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { type SafeTensor, writeSafetensors } from "../../../src/formats/safetensors.ts"
import { agcafNet } from "../../../src/modules/networks/agcafNet.ts"
import { attentionUNet } from "../../../src/modules/networks/attentionUNet.ts"
import { uNet } from "../../../src/modules/networks/uNet.ts"
import { exportPyTorch, importPyTorch, type StateDict, StateDictError } from "../../../src/modules/pytorch/convert.ts"
import { pyTorchNames } from "../../../src/modules/pytorch/names.ts"
import { type Spec, startingAt, weight } from "../../../src/modules/spec.ts"
import { goldenTest } from "../../support/golden.ts"

const spec = {
  conv: { kernel: weight([1, 2, 3, 2], startingAt(0)), bias: weight([2], startingAt(0)) },
  up: { kernel: weight([1, 1, 2, 3], startingAt(0)) },
  dense: { kernel: weight([2, 3], startingAt(0)) },
  gamma: weight([1], startingAt(0))
}
const model = { spec, names: pyTorchNames([]) }

const counting = (shape: ReadonlyArray<number>): SafeTensor => ({
  dtype: "F32",
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i)
})

const state = (): Map<string, SafeTensor> =>
  new Map([
    ["conv.weight", counting([2, 3, 1, 2])],
    ["conv.bias", counting([2])],
    ["up.weight", counting([3, 2, 1, 1])],
    ["dense.weight", counting([3, 2])],
    ["gamma", counting([1])]
  ])

const rejection = (dict: ReadonlyMap<string, SafeTensor>): StateDictError => {
  try {
    importPyTorch(model, dict)
  } catch (error) {
    if (error instanceof StateDictError) return error
  }
  throw new Error("it was taken")
}

it("transposes a convolution from [out, in, h, w] to [h, w, in, out]", () => {
  const { kernel } = importPyTorch(model, state()).conv
  const at = (o: number, i: number, w: number) => (o * 3 + i) * 2 + w
  expect((kernel.arraySync() as Array<Array<Array<Array<number>>>>)[0][1][2][1]).toBe(at(1, 2, 1))
  expect(kernel.shape).toEqual([1, 2, 3, 2])
})

it("transposes a transposed convolution from [in, out, h, w] to [h, w, out, in] and a linear layer from [out, in]", () => {
  const p = importPyTorch(model, state())
  expect(p.up.kernel.arraySync()).toEqual([
    [
      [
        [0, 2, 4],
        [1, 3, 5]
      ]
    ]
  ])
  expect(p.dense.kernel.arraySync()).toEqual([
    [0, 2, 4],
    [1, 3, 5]
  ])
})

it("exports what it imported", async () => {
  expect(await exportPyTorch(model, importPyTorch(model, state()))).toEqual(state())
})

for (const [name, network] of [
  ["B_agpcnet_w3_48_element", agcafNet({ width: 3, reduceRatios: [4, 3] })],
  ["E_unet_milesial_transposed_w2_32x32", uNet({ width: 2 })],
  ["E_attunet_ljh_w2_32x32", attentionUNet({ width: 2 })]
] as const) {
  goldenTest(name, "a state dict of the original comes back from our layout bit for bit", async (golden) => {
    const original: StateDict = golden.stateDict("param.")
    const exported = await exportPyTorch<Spec>(network, importPyTorch<Spec>(network, original))
    expect(exported).toEqual(original)
    expect(writeSafetensors(exported)).toEqual(writeSafetensors(original))
  })
}

it("lists every missing, surplus, misshapen and unreadable entry before it makes a tensor", () => {
  const dict = state()
  dict.delete("conv.bias")
  dict.delete("gamma")
  dict.set("fc.weight", counting([1]))
  dict.set("dense.weight", counting([2, 3]))
  dict.set("up.weight", { dtype: "F8_E4M3", shape: [3, 2, 1, 1], data: new Uint8Array(6) })
  const before = memory().numTensors
  const error = rejection(dict)
  expect(memory().numTensors).toBe(before)
  expect(error.missing).toEqual(["conv.bias", "gamma"])
  expect(error.surplus).toEqual(["fc.weight"])
  expect(error.misshapen).toEqual([{ name: "dense.weight", expected: [3, 2], found: [2, 3] }])
  expect(error.unreadable).toEqual([{ name: "up.weight", dtype: "F8_E4M3" }])
  expect(error.message.split("\n").slice(1)).toEqual([
    "  2 missing: conv.bias, gamma",
    "  1 surplus: fc.weight",
    "  1 misshapen: dense.weight is [2, 3], not [3, 2]",
    "  1 unreadable: up.weight is F8_E4M3"
  ])
})

it("ignores the counters of batch norm", () => {
  const dict = state().set("bn.num_batches_tracked", { dtype: "I64", shape: [], data: BigInt64Array.of(7n) })
  expect(() => importPyTorch(model, dict)).not.toThrow()
})

it("takes half-precision weights", () => {
  const dict = state().set("gamma", { dtype: "F16", shape: [1], data: Uint16Array.of(0x3e00) })
  const gamma: Tensor = importPyTorch(model, dict).gamma
  expect([...gamma.dataSync()]).toEqual([1.5])
})
