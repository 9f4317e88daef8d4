import { type Tensor4D, tidy } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { afm } from "../../../src/modules/afm.ts"
import { bilinear } from "../../../src/modules/bilinear.ts"
import { cpm } from "../../../src/modules/cpm.ts"
import { head } from "../../../src/modules/head.ts"
import { inference } from "../../../src/modules/mode.ts"
import { type AgcafNetConfig, agcafNet } from "../../../src/modules/networks/agcafNet.ts"
import { agpcNetNames } from "../../../src/modules/pytorch/agpcNet.ts"
import { importPyTorch } from "../../../src/modules/pytorch/convert.ts"
import { resnet } from "../../../src/modules/resnet.ts"
import { countParams } from "../../../src/modules/spec.ts"
import { expectNetworkAgreement } from "../../support/agreement.ts"
import { goldenTest, toNchw } from "../../support/golden.ts"

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

goldenTest("B_agpcnet_r18_w3_80_published_stages", "agrees with PyTorch after every stage", (golden) => {
  const network = agcafNet(narrow)
  const p = importPyTorch({ spec: network.spec, names: agpcNetNames }, golden.stateDict("param."))
  const x = golden.image("input")
  tidy(() => {
    const { c1, c2, c3 } = resnet(p.backbone, x, inference)
    const options = { scales: [10, 6, 5, 3], fusion: "patch", partition: "floor" } as const
    const context = p.context === undefined ? c3 : cpm(p.context, c3, inference, options)
    const fuse23 = afm(p.fuse23, bilinear(context, [20, 20]), c2, inference)
    const fuse12 = afm(p.fuse12, bilinear(fuse23, [40, 40]), c1, inference)
    const pred = head(p.head, fuse12, inference, { dropout: 0, purpose: "head" })
    const stages: Record<string, Tensor4D> = { c1, c2, c3, cpm: context, fuse23, fuse12, pred }
    for (const [stage, found] of Object.entries(stages)) {
      expect(toNchw(found), stage).toBeAllclose(golden.tensor(`output.eval.${stage}`).data, { relative: 2e-4 })
    }
    const { logits } = network.forward(p, x, inference)
    expect(toNchw(logits)).toBeAllclose(golden.tensor("output.eval").data, { relative: 2e-4 })
  })
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
