import { expect, it } from "vitest"
import { countParams } from "../../../src/modules/spec.ts"
import { networkOf } from "../../../src/pipelines/networkChoice.ts"
import { agcafProtocol } from "../../../src/pipelines/protocol.ts"
import { SCALES, type Scale } from "../../../src/pipelines/scale.ts"
import {
  ablationStudy,
  backboneStudy,
  comparisonStudy,
  crossValidation,
  reductionStudy
} from "../../../src/pipelines/study/studies.ts"
import { cellsOf, type Study } from "../../../src/pipelines/study/study.ts"

const scales: ReadonlyArray<Scale> = ["smoke", "small", "paper"]
const all = [backboneStudy, ablationStudy, reductionStudy, comparisonStudy, crossValidation]
/** Without the auxiliary head, which only training has. */
const AUXILIARY = 147_713
const parameters = ({ variants }: Study) => variants.map(({ network }) => countParams(networkOf(network).spec))

it("at full width the networks have the parameters of their originals", () => {
  const paper = { scale: "paper" } as const
  expect(parameters(backboneStudy("lits/", paper)).map((n) => n - AUXILIARY)).toEqual([12_354_189, 22_462_349])
  expect(parameters(ablationStudy("lits/", paper)).map((n) => n - AUXILIARY)).toEqual([
    12_110_657, 12_269_389, 12_195_457, 12_354_189
  ])
  expect(parameters(reductionStudy("lits/", paper)).map((n) => n - AUXILIARY)).toEqual([
    13_489_101, 12_621_901, 12_354_189, 12_619_821, 12_353_133
  ])
  expect(parameters(comparisonStudy("lits/", paper))).toEqual([
    31_036_481,
    105_322_001,
    34_877_421,
    9_673_985,
    12_354_189 + AUXILIARY
  ])
})

it.each(scales)("at scale %s all variants differ, and take the images", (scale) => {
  for (const study of all) {
    const made = study("lits/", { scale })
    const counts = parameters(made)
    expect(new Set(counts).size).toBe(counts.length)
    for (const { network, protocol } of cellsOf(made)) {
      expect(() => networkOf(network).check([protocol.batchSize, ...protocol.size, 1])).not.toThrow()
    }
  }
})

it("at the paper's scale the protocol is the paper's", () => {
  expect(SCALES.paper.protocol).toBe(agcafProtocol)
})

it("cross-validation tests in folds", () => {
  expect(cellsOf(crossValidation("lits/", { scale: "paper", folds: 4 })).map(({ fold }) => fold)).toEqual([0, 1, 2, 3])
  expect(cellsOf(crossValidation("lits/", { seeds: [7] })).map(({ seed }) => seed)).toEqual([7, 7, 7, 7, 7])
})
