import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"
import { phantomCase } from "../../src/phantom/phantom.ts"
import { Files } from "../../src/stages/files.ts"
import { load } from "../../src/stages/load.ts"
import { writePhantomCohort } from "../../src/stages/phantom.ts"

const shape = [24, 24, 6] as const
const inMemory = <A, E>(program: Effect.Effect<A, E, Files>) =>
  Effect.runPromise(Effect.provide(program, Files.layerMemory()))

it("writes a cohort that loads as LiTS does, voxel for voxel", async () => {
  const cohort = Effect.andThen(
    writePhantomCohort("cohort", { cases: 2, shape, seed: 1 }),
    Stream.runCollect(load("cohort"))
  )
  const cases = await inMemory(cohort)
  expect(cases.map(({ id }) => id)).toEqual(["volume-0", "volume-1"])
  const made = phantomCase(1, 1, { shape })
  expect(cases[1].labels?.voxels).toEqual(made.labels?.voxels)
  expect([...cases[1].image.voxels]).toEqual([...made.image.voxels])
})

it("completes a cohort that was cut short, and extends it, without making anything twice", async () => {
  const after = await inMemory(
    Effect.gen(function* () {
      const files = yield* Files
      yield* writePhantomCohort("cohort", { cases: 2, shape, seed: 1 })
      const first = yield* files.stat("cohort/volume-0.nii.gz")
      yield* files.remove("cohort/segmentation-1.nii.gz")
      yield* writePhantomCohort("cohort", { cases: 3, shape, seed: 1 })
      return { first, second: yield* files.stat("cohort/volume-0.nii.gz"), names: yield* files.list("cohort") }
    })
  )
  expect(after.second).toEqual(after.first)
  expect(after.names).toHaveLength(7)
})

it("does not mix two cohorts in one folder", async () => {
  const error = await inMemory(
    Effect.andThen(
      writePhantomCohort("cohort", { cases: 1, shape, seed: 1 }),
      Effect.flip(writePhantomCohort("cohort", { cases: 1, shape, seed: 2 }))
    )
  )
  expect(error.message).toMatch(/holds a cohort of seed 1, not 2; choose another folder/)
})
