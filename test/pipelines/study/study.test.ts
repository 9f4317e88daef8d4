import { expect, it } from "vitest"
import { cellInWords, cellsOf, type Study } from "../../../src/pipelines/study/study.ts"
import { tinyProtocol } from "../../support/tinyProtocol.ts"

const study: Study = {
  name: "some",
  cohort: "lits",
  protocol: tinyProtocol,
  variants: [
    { name: "a", network: { name: "uNet" } },
    { name: "b", network: { name: "uNet" }, protocol: { epochs: 7 } }
  ]
}

it("without seeds and folds a variant is one cell", () => {
  expect(cellsOf(study)).toEqual([
    { variant: "a", seed: 1, network: { name: "uNet" }, protocol: tinyProtocol },
    { variant: "b", seed: 1, network: { name: "uNet" }, protocol: { ...tinyProtocol, epochs: 7 } }
  ])
})

it("seeds change training and not the split; folds change the split", () => {
  const cells = cellsOf({ ...study, seeds: [4, 5], folds: 3 })
  expect(cells.map(({ variant, seed, fold }) => `${variant}${seed}${fold}`)).toEqual([
    "a40",
    "b40",
    "a41",
    "b41",
    "a42",
    "b42",
    "a50",
    "b50",
    "a51",
    "b51",
    "a52",
    "b52"
  ])
  expect(cells[8].protocol).toEqual({ ...tinyProtocol, seed: 5, split: { fold: 1, folds: 3, seed: 1 } })
})

it.each([
  ["no variant", { variants: [] }],
  ["two of one name", { variants: [study.variants[0], study.variants[0]] }],
  ["no seed", { seeds: [] }],
  ["a seed twice", { seeds: [1, 1] }],
  ["a seed below zero", { seeds: [-1] }],
  ["a seed that is not whole", { seeds: [1.5] }],
  ["a seed that is no number", { seeds: [1, Number.NaN] }],
  ["two folds", { folds: 2 }]
])("refuses %s", (_, change) => {
  expect(() => cellsOf({ ...study, ...change })).toThrow("study some: ")
})

it("refuses a variant with a seed of its own, as a file may have it", () => {
  const seeded = { name: "c", network: { name: "uNet" }, protocol: { seed: 3 } as object }
  expect(() => cellsOf({ ...study, variants: [seeded] })).toThrow(/variant c has a seed of its own/)
})

it("a cell is called by its variant, seed and fold", () => {
  expect(cellInWords({ variant: "U-Net", seed: 1 })).toBe("U-Net, seed 1")
  expect(cellInWords({ variant: "U-Net", seed: 1, fold: 0 })).toBe("U-Net, seed 1, fold 0")
})
