import * as Effect from "effect/Effect"
import { beforeAll, expect, it } from "vitest"
import { agcafProtocol } from "../../src/pipelines/protocol.ts"
import { caseFilesOf, type TestSlice, testSlices } from "../../src/pipelines/testSlices.ts"
import { Files } from "../../src/stages/files.ts"
import { madeUpStudy } from "../support/madeUpStudy.ts"

let slices: ReadonlyArray<TestSlice> = []
let missing: unknown
beforeAll(async () => {
  const { files } = await madeUpStudy()
  const masks = ["ResNet-18", "ResNet-34"].map((variant) => `studies/cells/${variant}1/masks/volume-0.nii`)
  const read = (caseId: string) =>
    Effect.flatMap(caseFilesOf("lits"), (source) => testSlices(source, caseId, agcafProtocol, [0, 3], masks)).pipe(
      Effect.provideService(Files, files)
    )
  slices = await Effect.runPromise(read("volume-0"))
  missing = await Effect.runPromise(Effect.flip(read("volume-9")))
})
const area = (mask: Uint8Array | undefined) => mask?.reduce((sum, value) => sum + value, 0)

it("gives the slices asked for at the pixels of the CT, windowed", () => {
  expect(slices.map(({ index, height, width }) => [index, height, width])).toEqual([
    [0, 10, 12],
    [3, 10, 12]
  ])
  const pixels = slices.flatMap(({ pixels }) => [...pixels])
  expect(Math.min(...pixels)).toBe(0)
  expect(Math.max(...pixels)).toBe(1)
})

it("has the truth and each mask on them", () => {
  expect(slices.map(({ truth, predictions }) => [area(truth), ...predictions.map(area)])).toEqual([
    [0, 0, 120],
    [20, 20, 20]
  ])
  expect(slices[1].predictions[0]).toEqual(slices[1].truth)
})

it("names a case that is not there", () => {
  expect(missing).toMatchObject({ _tag: "LayoutError", message: "the cohort: there is no case volume-9" })
})
