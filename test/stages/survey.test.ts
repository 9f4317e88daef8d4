import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"
import { survey } from "../../src/stages/survey.ts"
import type { Case } from "../../src/volume/index.ts"
import { someSample } from "../support/sample.ts"

const patient = (id: string, labels?: ReadonlyArray<number>): Case => {
  const grid = { ...someSample().origin.grid, shape: [2, 1, 1] as const }
  const image = { ...grid, kind: "image" as const, voxels: Int16Array.of(40, 60) }
  if (labels === undefined) return { id, image, spacingTrusted: true }
  return { id, image, labels: { ...grid, kind: "labels", voxels: Uint8Array.from(labels) }, spacingTrusted: true }
}

it("a patient has a tumour where a voxel is labelled 2", async () => {
  const cases = Stream.make(patient("a", [0, 1]), patient("b", [2, 1]), patient("c"))
  expect(await Effect.runPromise(survey(cases))).toEqual([
    { id: "a", hasTumor: false },
    { id: "b", hasTumor: true },
    { id: "c", hasTumor: false }
  ])
})
