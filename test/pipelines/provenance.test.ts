import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { agcafProtocol } from "../../src/pipelines/protocol.ts"
import { inWords, noticeOf, provenanceOf } from "../../src/pipelines/provenance.ts"
import { Files } from "../../src/stages/files.ts"
import { writePhantomCohort } from "../../src/stages/phantom.ts"

const facts = { cases: [] }
const inMemory = <A, E>(effect: Effect.Effect<A, E, Files>) =>
  Effect.runPromise(Effect.provide(effect, Files.layerMemory({ "sets/lits/volume-0.nii": Uint8Array.of(1) })))

it("knows phantoms under any name", async () => {
  const made = writePhantomCohort("LiTS", { cases: 0 }).pipe(Effect.andThen(provenanceOf("LiTS", facts, "small")))
  const provenance = await inMemory(made)
  expect(provenance.data).toBe("phantom")
  expect(inWords(provenance)).toBe("0 phantoms, at scale small")
  expect(noticeOf(provenance, agcafProtocol)).toMatch(/None of ours are figures of LiTS/)
})

it("names a folder without those above it", async () => {
  const provenance = await inMemory(provenanceOf("sets/lits/", facts, "paper"))
  expect(provenance).toEqual({ data: "given", name: "lits", cases: 0, scale: "paper" })
  expect(noticeOf(provenance, agcafProtocol)).toMatch(/256 x 256 pixels, 50 epochs/)
})

it("takes files that are given one by one", async () => {
  expect((await inMemory(provenanceOf([], facts, "smoke"))).data).toBe("given")
})
