import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"
import { phantomCase } from "../../src/phantom/phantom.ts"
import { Files } from "../../src/stages/files.ts"
import { load } from "../../src/stages/load.ts"
import { writePhantomCohort } from "../../src/stages/phantom.ts"
import { Progress } from "../../src/stages/progress.ts"

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

it("the same call again makes nothing", async () => {
  const cohort = writePhantomCohort("cohort", { cases: 2, shape, seed: 1 })
  expect(await inMemory(Effect.all([cohort, cohort]))).toEqual([
    { directory: "cohort", made: 2, kept: 0 },
    { directory: "cohort", made: 0, kept: 2 }
  ])
})

it("a run that is interrupted leaves whole cases, and the next call makes the rest", async () => {
  const after = await inMemory(
    Effect.gen(function* () {
      const stopped = writePhantomCohort("cohort", { cases: 3, shape, seed: 1 }).pipe(
        Effect.provideService(Progress, ({ done }) => (done === 2 ? Effect.interrupt : Effect.void)),
        Effect.exit
      )
      const exit = yield* stopped
      return { exit, rest: yield* writePhantomCohort("cohort", { cases: 3, shape, seed: 1 }) }
    })
  )
  expect(Exit.isFailure(after.exit)).toBe(true)
  expect(after.rest).toEqual({ directory: "cohort", made: 1, kept: 2 })
})

it("keeps out of a folder with other volumes, and does not pass a longer cohort off as a shorter one", async () => {
  const foreign = Effect.gen(function* () {
    const files = yield* Files
    yield* files.makeDirectory("lits")
    yield* files.write("lits/volume-5.nii", new Uint8Array(1))
    return yield* Effect.flip(writePhantomCohort("lits", { cases: 1, shape }))
  })
  expect((await inMemory(foreign)).message).toMatch(/^phantom: lits holds volume-5\.nii, which is no phantom's/)
  const shorter = Effect.andThen(
    writePhantomCohort("cohort", { cases: 2, shape }),
    Effect.flip(writePhantomCohort("cohort", { cases: 1, shape }))
  )
  expect((await inMemory(shorter)).message).toMatch(/holds 2 cases, more than the 1 asked for/)
})

it("options out of range fail before anything is written", async () => {
  const program = Effect.gen(function* () {
    const error = yield* Effect.flip(writePhantomCohort("cohort", { cases: 1.5 }))
    return { error, there: yield* (yield* Files).stat("cohort") }
  })
  const { error, there } = await inMemory(program)
  expect(error._tag).toBe("PhantomError")
  expect(there).toBeUndefined()
})
