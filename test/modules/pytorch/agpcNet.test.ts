import { expect } from "vitest"
import { agcafNet } from "../../../src/modules/networks/agcafNet.ts"
import { agpcNetNames } from "../../../src/modules/pytorch/agpcNet.ts"
import { declared } from "../../../src/modules/spec.ts"
import { goldenTest } from "../../support/golden.ts"

for (const [name, options] of [
  ["B_agpcnet_r34_w3_64", { depth: 34 }],
  ["B_agpcnet_w3_48_origin", { guide: "origin" }],
  ["B_agpcnet_w3_48_none", { cpm: false, afm: false }]
] as const) {
  goldenTest(name, "names every parameter as AGPCNet does, and no other", (golden) => {
    const { spec } = agcafNet({ width: 3, reduceRatios: [4, 3], ...options })
    const ours = declared(spec).map(([path]) => agpcNetNames(path))
    expect(ours.sort()).toEqual([...golden.stateDict("param.").keys()].sort())
  })
}
