import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { prepareCohort } from "../../src/pipelines/prepareCohort.ts"
import { Files } from "../../src/stages/files.ts"
import { SUBSETS } from "../../src/stages/split.ts"
import { spyOn } from "../support/filesSpy.ts"
import { tinyCohort } from "../support/tinyCohort.ts"
import { tinyFiles, tinyProtocol, tinyValue } from "../support/tinyProtocol.ts"

it("trains and validates on the slices that the protocol keeps, of patients of their own", async () => {
  const { split, train, validation } = await tinyValue(prepareCohort("lits", tinyProtocol), tinyFiles())
  expect(SUBSETS.map((subset) => split[subset].length)).toEqual([3, 2, 1])
  expect(train.cases.map(({ id }) => id)).toEqual(split.train)
  expect(validation?.cases.map(({ id }) => id)).toEqual(split.validation)
  expect(train.length).toBe(12)
  expect(train.info[0]).toMatchObject({ height: 16, width: 16, target: "tumor" })
})

it("a patient without slices of the kind that is kept is split all the same", async () => {
  const { split, train, validation } = await tinyValue(
    prepareCohort("lits", { ...tinyProtocol, keep: "tumor" }),
    tinyFiles()
  )
  expect(SUBSETS.flatMap((subset) => split[subset]).sort()).toContain("volume-1")
  expect([...train.cases, ...(validation?.cases ?? [])].map(({ id }) => id)).not.toContain("volume-1")
})

it("every patient is the test of one fold", async () => {
  const files = tinyFiles()
  const tests: Array<string> = []
  for (const fold of [0, 1, 2]) {
    const protocol = { ...tinyProtocol, split: { fold, folds: 3, seed: 1 } }
    tests.push(...(await tinyValue(prepareCohort("lits", protocol), files)).split.test)
  }
  expect(tests.sort()).toEqual([0, 1, 2, 3, 4, 5].map((n) => `volume-${n}`))
  const beyond = prepareCohort("lits", { ...tinyProtocol, split: { fold: 3, folds: 3, seed: 1 } })
  await expect(tinyValue(beyond, files)).rejects.toThrow("there is no fold 3 of 3")
})

it("with a directory no CT is decoded twice, whatever the fold and the seed", async () => {
  const spy = spyOn(Files.layerMemory(tinyCohort(6)))
  const prepare = (protocol = tinyProtocol) =>
    Effect.runPromise(
      Effect.provide(prepareCohort("lits", protocol, { directory: "cache" }), spy.layer, { local: true })
    )
  await prepare()
  spy.log.length = 0
  await prepare({ ...tinyProtocol, seed: 2, split: { fold: 1, folds: 3, seed: 4 } })
  expect(spy.log.filter((line) => /(read|stream|open) lits/.test(line))).toEqual([])
})
