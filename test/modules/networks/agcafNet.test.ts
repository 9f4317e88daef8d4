import "../../../src/backend/gradients.ts"
import { backend, grads, type Scalar, setBackend, sum, type Tensor4D, tidy, transpose } from "@tensorflow/tfjs-core"
import { expect, it, vi } from "vitest"
import { afm } from "../../../src/modules/afm.ts"
import { bilinear } from "../../../src/modules/bilinear.ts"
import { cpm } from "../../../src/modules/cpm.ts"
import { ConfigError, InputShapeError } from "../../../src/modules/errors.ts"
import { head } from "../../../src/modules/head.ts"
import { inference } from "../../../src/modules/mode.ts"
import { type AgcafNetConfig, agcafNet } from "../../../src/modules/networks/agcafNet.ts"
import { weightsOf } from "../../../src/modules/params.ts"
import { agpcNetNames } from "../../../src/modules/pytorch/agpcNet.ts"
import { importPyTorch } from "../../../src/modules/pytorch/convert.ts"
import { resnet } from "../../../src/modules/resnet.ts"
import { countParams, initialize } from "../../../src/modules/spec.ts"
import type { Tensors } from "../../../src/optim/optimizer.ts"
import { key } from "../../../src/random/index.ts"
import { flatParams, treeOf } from "../../../src/training/state.ts"
import { training } from "../../support/agpcNet.ts"
import { expectNetworkAgreement } from "../../support/agreement.ts"
import { everyEngine } from "../../support/engines.ts"
import { goldenTest } from "../../support/golden.ts"
import { noise } from "../../support/linearMap.ts"

const narrow = { width: 3, reduceRatios: [4, 3], dropout: 0 } as const
const at48 = { ...narrow, scales: [6, 5, 3, 2] } as const

for (const [name, config] of [
  ["B_agpcnet_r18_w8_64", { width: 8, dropout: 0 }],
  ["B_agpcnet_r34_w3_64", { ...narrow, depth: 34 }],
  ["B_agpcnet_w3_40_cin3_k3", { ...narrow, inChannels: 3, classes: 3, scales: [5, 4, 3] }],
  ["B_agpcnet_w3_48_element", { ...at48, fusion: "element" }],
  ["B_agpcnet_w3_48_noafm", { ...at48, afm: false }],
  ["B_agpcnet_w3_48_nocpm", { ...at48, cpm: false }],
  ["B_agpcnet_w3_48_none", { ...at48, cpm: false, afm: false }],
  ["B_agpcnet_w3_48_origin", { ...at48, guide: "origin" }]
] as const satisfies ReadonlyArray<readonly [string, AgcafNetConfig]>) {
  goldenTest(name, "computes what PyTorch computes", async (golden) => {
    const network = agcafNet(config)
    expect(countParams(network.spec)).toBe(Number(golden.metadata.get("param_count")))
    await expectNetworkAgreement(golden, network, agpcNetNames, { evaluation: 2e-4, training: 5e-4 })
  })
}

goldenTest("B_agpcnet_r18_w3_80_published_stages", "agrees with PyTorch after every stage", async (golden) => {
  const network = agcafNet(narrow)
  const params = flatParams(
    network.spec,
    importPyTorch({ spec: network.spec, names: agpcNetNames }, golden.stateDict("param."))
  )
  const stages = ({ params, x }: { params: Tensors; x: Tensor4D }) => {
    const p = treeOf(network.spec, params)
    const { c1, c2, c3 } = resnet(p.backbone, x, inference)
    const options = { scales: [10, 6, 5, 3], fusion: "patch", partition: "floor" } as const
    const context = p.context === undefined ? c3 : cpm(p.context, c3, inference, options)
    const fuse23 = afm(p.fuse23, bilinear(context, [20, 20]), c2, inference)
    const fuse12 = afm(p.fuse12, bilinear(fuse23, [40, 40]), c1, inference)
    const pred = head(p.head, fuse12, inference, { dropout: 0, purpose: "head" })
    const { logits } = network.forward(p, x, inference)
    return {
      ".c1": c1,
      ".c2": c2,
      ".c3": c3,
      ".cpm": context,
      ".fuse23": fuse23,
      ".fuse12": fuse12,
      ".pred": pred,
      "": logits
    }
  }
  for (const { name: engine, prepare } of everyEngine) {
    const found = prepare((inputs: { params: Tensors; x: Tensor4D }) =>
      Object.fromEntries(Object.entries(stages(inputs)).map(([stage, map]) => [stage, transpose(map, [0, 3, 1, 2])]))
    )({ params, x: golden.image("input") })
    for (const [stage, map] of Object.entries(found)) {
      const expected = golden.tensor(`output.eval${stage}`).data
      expect(await map.data(), `${stage} on ${engine}`).toBeAllclose(expected, { relative: 2e-4 })
    }
  }
})

it("has the exact parameter counts of the published networks", () => {
  const count = (config: AgcafNetConfig) => countParams(agcafNet(config).spec)
  expect(count({ inChannels: 3 })).toBe(12_360_461)
  expect(count({ inChannels: 3, fusion: "element" })).toBe(12_360_461)
  expect(count({ inChannels: 3, depth: 34 })).toBe(22_468_621)
  expect(count({})).toBe(12_354_189)
  expect(count({ depth: 34 })).toBe(22_462_349)
  expect(count({ inChannels: 3, guide: "origin" })).toBe(12_351_597)
  expect(count({ scales: [10, 6, 5, 4] })).toBe(count({}))
})

it("has the exact parameter counts of the paper's ablations (Tables 2 and 3)", () => {
  const count = (config: AgcafNetConfig) => countParams(agcafNet(config).spec)
  expect(count({ cpm: false, afm: false })).toBe(12_110_657)
  expect(count({ afm: false })).toBe(12_269_389)
  expect(count({ cpm: false })).toBe(12_195_457)
  expect(count({ reduceRatios: [4, 16] })).toBe(13_489_101)
  expect(count({ reduceRatios: [8, 8] })).toBe(12_621_901)
  expect(count({ reduceRatios: [8, 16] })).toBe(12_619_821)
  expect(count({ reduceRatios: [16, 8] })).toBe(12_353_133)
})

it("has the exact parameter counts at smaller widths, and of its backbone and blocks", () => {
  const spec = (config: AgcafNetConfig) => agcafNet(config).spec
  expect(countParams(spec({ width: 32 }))).toBe(3_093_837)
  expect(countParams(spec({ width: 16 }))).toBe(776_109)
  expect(countParams(spec({ width: 8 }))).toBe(195_357)
  expect(countParams(spec({ inChannels: 3 }).backbone)).toBe(11_176_512)
  expect(countParams(spec({}).backbone)).toBe(11_170_240)
  expect(countParams(spec({ inChannels: 3, depth: 34 }).backbone)).toBe(21_284_672)
  expect(countParams(spec({ depth: 34 }).backbone)).toBe(21_278_400)
  expect(countParams(spec({ auxiliary: true }))).toBe(12_354_189 + 147_713)
})

it("refuses an image of another size or other channels before it makes a tensor", () => {
  const network = agcafNet({ width: 8 })
  expect(() => network.check([1, 80, 80, 1])).not.toThrow()
  expect(() => network.check([1, 90, 80, 1])).toThrow(InputShapeError)
  expect(() => network.check([1, 80, 80, 3])).toThrow("agcafNet cannot take an input of shape [1, 80, 80, 3]")
  expect(() => network.check([1, 0, 80, 1])).toThrow(InputShapeError)
})

it("refuses options that make no network, and says which would", () => {
  // Table 3's (8; 16) needs a width of 16 at least.
  expect(() => agcafNet({ width: 8, reduceRatios: [8, 16] })).toThrow("reduceRatio 16 does not divide 8 channels")
  expect(() => agcafNet({ width: 1 })).toThrow(ConfigError)
  expect(() => agcafNet({ scales: [10, 0] })).toThrow("scales[1] is 0")
  expect(() => agcafNet({ dropout: 1 })).toThrow(ConfigError)
  expect(() => agcafNet({ classes: 1.5 })).toThrow(ConfigError)
  expect(() => agcafNet({ fusion: "elements" as "element" })).toThrow('it must be one of "patch", "element"')
  expect(() => agcafNet({ depth: 50 as 34 })).toThrow(ConfigError)
})

it("holds its whole configuration, so that it can be made again", () => {
  const network = agcafNet({ width: 8, guide: "origin" })
  const again = agcafNet(JSON.parse(JSON.stringify(network.config)))
  expect(again.config).toEqual(network.config)
  expect(again.spec).toEqual(network.spec)
})

it("draws its dropout from the key alone", () => {
  const network = agcafNet({ width: 4, reduceRatios: [4, 2], dropout: 0.5 })
  const params = initialize(key(1), network.spec)
  const x = noise([2, 16, 16, 1], 1)
  const logits = (seed: number) => tidy(() => network.forward(params, x, training(seed)).logits.dataSync())
  expect(logits(1)).toEqual(logits(1))
  expect(logits(2)).not.toEqual(logits(1))
})

it("reads no tensor back, forward or backward", async () => {
  await setBackend("cpu")
  const network = agcafNet({ width: 4, reduceRatios: [4, 2] })
  const params = initialize(key(1), network.spec)
  const x = noise([2, 8, 12, 1], 1)
  const reads = [vi.spyOn(backend(), "readSync"), vi.spyOn(backend(), "read")]
  const loss = (): Scalar => sum(network.forward(params, x, training()).logits)
  tidy(() => {
    grads(loss)(Object.values(weightsOf(network.spec, params)))
  })
  for (const read of reads) expect(read).not.toHaveBeenCalled()
  vi.restoreAllMocks()
})
