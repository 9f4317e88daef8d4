import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { litsFiles, type PhantomFile } from "../phantom/litsFiles.ts"
import { phantomCase } from "../phantom/phantom.ts"
import type { Vec3 } from "../volume/index.ts"

/** What a phantom is made from. */
export interface PhantomOrder {
  readonly seed: number
  readonly index: number
  readonly shape: Vec3
}

/** What makes the files of phantoms. */
export interface PhantomMaker {
  /** How many it makes at a time. */
  readonly atOnce: number
  readonly make: (order: PhantomOrder) => Effect.Effect<ReadonlyArray<PhantomFile>>
}

/** The files of one phantom, made here and now. */
export const makePhantom = ({ seed, index, shape }: PhantomOrder): ReadonlyArray<PhantomFile> =>
  litsFiles(phantomCase(seed, index, { shape }))

/** A case takes a second or two: before each others may run, and interruption comes in. */
export const makeHere = (order: PhantomOrder): Effect.Effect<ReadonlyArray<PhantomFile>> =>
  Effect.andThen(
    Effect.yieldNow,
    Effect.sync(() => makePhantom(order))
  )

/** Who makes phantoms, for as long as a scope lasts: this thread, unless others are provided, as `hepaflow/node` does. */
export const PhantomMakers = Context.Reference<Effect.Effect<PhantomMaker, never, Scope.Scope>>(
  "hepaflow/stages/PhantomMakers",
  { defaultValue: () => Effect.succeed({ atOnce: 1, make: makeHere }) }
)
