import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { phantomWorkers } from "../../src/node/phantomWorkers.ts"
import { run } from "../../src/node/run.ts"
import { writePhantomCohort } from "../../src/stages/phantom.ts"
import { makePhantom, PhantomMakers } from "../../src/stages/phantomMaker.ts"

const shape = [24, 20, 6] as const

it("make the same bytes as this thread, in whatever order they are done", async () => {
  const folder = mkdtempSync(join(tmpdir(), "phantoms-"))
  try {
    const options = { cases: 4, seed: 3, shape }
    expect(await run(writePhantomCohort(folder, options))).toMatchObject({ made: 4, kept: 0 })
    for (let index = 0; index < 4; index++) {
      for (const { path, bytes } of makePhantom({ seed: 3, index, shape })) {
        expect(new Uint8Array(readFileSync(join(folder, path)))).toEqual(new Uint8Array(bytes))
      }
    }
    expect(readdirSync(folder)).toHaveLength(9)
    rmSync(join(folder, "volume-2.nii.gz"))
    expect(await run(writePhantomCohort(folder, options))).toMatchObject({ made: 1, kept: 3 })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

it("end with their scope, and more orders than threads are made here", async () => {
  const orders = Array.from({ length: 12 }, (_, index) => ({ seed: 1, index, shape }))
  const { made, late } = await Effect.runPromise(
    Effect.gen(function* () {
      const maker = yield* Effect.scoped(phantomWorkers)
      return { made: undefined, late: yield* maker.make(orders[0]) }
    }).pipe(
      Effect.flatMap(({ late }) =>
        Effect.scoped(
          Effect.flatMap(phantomWorkers, ({ make }) =>
            Effect.map(Effect.forEach(orders, make, { concurrency: "unbounded" }), (made) => ({ made, late }))
          )
        )
      )
    )
  )
  expect(late).toEqual(makePhantom(orders[0]))
  expect(made).toEqual(orders.map(makePhantom))
})

it("are what hepaflow/node provides", async () => {
  expect(await run(PhantomMakers)).toBe(phantomWorkers)
})
