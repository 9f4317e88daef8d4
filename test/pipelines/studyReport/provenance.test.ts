import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { litsFiles } from "../../../src/phantom/litsFiles.ts"
import { phantomCase } from "../../../src/phantom/phantom.ts"
import { agcafProtocol, type Protocol } from "../../../src/pipelines/protocol.ts"
import { inWords, noticeOf, provenanceOf } from "../../../src/pipelines/studyReport/provenance.ts"
import { type CohortSource, surveyCohort } from "../../../src/pipelines/surveyCohort.ts"
import { Files } from "../../../src/stages/files.ts"
import { writePhantomCohort } from "../../../src/stages/phantom.ts"
import { tinyCohort } from "../../support/tinyCohort.ts"

const facts = { cases: [] }
const cellOf = (protocol: Protocol) => ({ cell: { variant: "A", seed: 1, network: { name: "uNet" }, protocol } })
const paper = [cellOf(agcafProtocol)]
const inMemory = <A, E>(effect: Effect.Effect<A, E, Files>, files = tinyCohort(2, "sets/lits")) =>
  Effect.runPromise(Effect.provide(effect, Files.layerMemory(files)))
const surveyed = (source: CohortSource) =>
  Effect.flatMap(surveyCohort(source), (found) => provenanceOf(source, found, "small"))

/** The files of two phantoms, under whatever folder. */
const phantoms = (folder: string, cases = [0, 1]): Record<string, Uint8Array> =>
  Object.fromEntries(
    cases.flatMap((n) =>
      litsFiles(phantomCase(1, n, { shape: [24, 24, 6] })).map(({ path, bytes }) => [`${folder}/${path}`, bytes])
    )
  )

it("knows phantoms that were copied, whatever the folder is called and however deep they lie", async () => {
  const provenance = await inMemory(surveyed("LiTS"), phantoms("LiTS/Training Batch 1"))
  expect(provenance).toEqual({ name: "LiTS", cases: 2, phantoms: 2, scale: "small" })
  expect(inWords(provenance)).toBe("2 phantoms, at scale small")
  expect(noticeOf(provenance, paper)).toMatch(/none of our figures are of LiTS/)
})

it("knows phantoms that are given one by one, by their labels too", async () => {
  const files = phantoms("p")
  const source = [{ id: "a", image: "p/volume-0.nii.gz", labels: "p/segmentation-0.nii.gz" }]
  expect(await inMemory(surveyed(source), files)).toMatchObject({ cases: 1, phantoms: 1 })
  const { "lits/volume-0.nii": image, "lits/segmentation-0.nii": labels } = tinyCohort(1)
  // "descrip" begins at byte 148 of a header.
  labels.set(new TextEncoder().encode("hepaflow phantom"), 148)
  const marked = { "lits/volume-0.nii": image, "lits/segmentation-0.nii": labels }
  expect(await inMemory(surveyed("lits"), marked)).toMatchObject({ phantoms: 1 })
})

it("says how many of a cohort are phantoms", async () => {
  const provenance = await inMemory(surveyed("both"), { ...tinyCohort(2, "both/a"), ...phantoms("both/b", [2, 3, 4]) })
  expect(inWords(provenance)).toBe('the 5 cases of "both", 3 of them phantoms, at scale small')
  expect(noticeOf(provenance, paper)).toMatch(/none of our figures are of LiTS/)
})

it("takes all that lies beside the note of a phantom cohort for phantoms", async () => {
  const files = { ...tinyCohort(2, "sets/old") }
  const made = writePhantomCohort("elsewhere", { cases: 0 }).pipe(
    Effect.andThen(Effect.flatMap(Files, (service) => service.read("elsewhere/cohort.json")))
  )
  const note = await inMemory(made)
  expect(await inMemory(surveyed("sets"), { ...files, "sets/old/cohort.json": note })).toMatchObject({ phantoms: 2 })
})

it("names a folder without those above it", async () => {
  const provenance = await inMemory(provenanceOf("sets/lits/", facts, "paper"))
  expect(provenance).toEqual({ name: "lits", cases: 0, phantoms: 0, scale: "paper" })
  expect(noticeOf(provenance, paper)).toMatch(/256 x 256 pixels, 50 epochs/)
})

it("a study of one's own has no scale; its protocol says how it was made", async () => {
  const provenance = await inMemory(provenanceOf("sets/lits/", facts))
  expect(inWords(provenance)).toBe('the 0 cases of "lits"')
  expect(noticeOf(provenance, paper)).toMatch(/\n\nProtocol: 256 x 256 pixels, 50 epochs\.$/)
})

it("takes files that are given one by one", async () => {
  expect(await inMemory(surveyed([{ id: "a", image: "sets/lits/volume-0.nii" }]))).toMatchObject({ phantoms: 0 })
})

it("one of a thing is one, and a notice has the sizes and epochs of all variants", () => {
  const one = { name: "mine", cases: 1, phantoms: 1 }
  expect(inWords(one)).toBe("1 phantom")
  expect(inWords({ ...one, cases: 2 })).toBe('the 2 cases of "mine", 1 of them a phantom')
  const others = [{ size: [32, 32], epochs: 1 } as const, { size: [30, 30], epochs: 1 } as const]
  const notice = (settings: typeof others) =>
    noticeOf(
      one,
      settings.map((own) => cellOf({ ...agcafProtocol, ...own }))
    )
  expect(notice(others)).toMatch(/\n\nProtocol: 32 x 32 or 30 x 30 pixels, 1 epoch\.$/)
  expect(notice([])).not.toContain("Protocol")
})
