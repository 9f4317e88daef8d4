import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { TaggedError } from "../errors.ts"
import { notify } from "./notices.ts"

/** A step of a pipeline: a function from a stream to a stream, so that `stream.pipe(one, two)` is the whole of composition. */
export type Stage<in A, out B, out E = never, out R = never> = <E0, R0>(
  self: Stream.Stream<A, E0, R0>
) => Stream.Stream<B, E | E0, R | R0>

/** A pure stage threw: which stage, on which case, and why. */
export class StageError extends TaggedError("StageError")<{ readonly stage: string; readonly caseId: string }> {
  override get message() {
    return `${this.stage}: case ${this.caseId}: ${this.cause instanceof Error ? this.cause.message : String(this.cause)}`
  }
}

/** What becomes of a failing element: it stops the run, or is reported to `Notices` and left out. */
export type OnFailure = "stop" | "skip"

export interface StageOptions {
  /** Default `"stop"`. */
  readonly onFailure?: OnFailure
  /** How many elements may be in work at once; their order is kept. Default 1. */
  readonly concurrency?: number
}

/**
 * A stage from an effectful function on one element. One element is made at a time, when it is asked for.
 *
 * @example
 * ```ts
 * class EmptyMask extends TaggedError("EmptyMask")<{ readonly caseId: string }> {}
 * const checked = make("check", (sample: Sample) =>
 *   sample.mask.includes(1) ? Effect.succeed(sample) : Effect.fail(new EmptyMask({ caseId: sample.caseId }))
 * )
 * load("lits/").pipe(window(), slice({ keep: "tumor" }), labelSplit("tumor"), checked)
 * ```
 */
export const make = <A, B, E, R>(
  name: string,
  f: (a: A) => Effect.Effect<B, E, R>,
  options: StageOptions = {}
): Stage<A, B, E, R> => {
  const { concurrency = 1, onFailure } = options
  return (self) =>
    Stream.filter(
      Stream.mapEffect(
        self,
        (a) =>
          guard(
            name,
            a,
            onFailure,
            Effect.suspend(() => f(a))
          ),
        { concurrency }
      ),
      isKept
    )
}

/**
 * A stage from a pure function on one element; what it throws becomes a `StageError` that names the stage and the case.
 *
 * @example
 * ```ts
 * const invert = pure("invert", (each: Slice): Slice => ({ ...each, pixels: each.pixels.map((value) => 1 - value) }))
 * load("lits/").pipe(window(), slice(), invert)
 * ```
 */
export const pure = <A, B>(name: string, f: (a: A) => B, options?: StageOptions): Stage<A, B, StageError> =>
  make(name, (a: A) => attempt(name, a, () => f(a)), options)

/**
 * A stage from a function that makes many elements of one, such as slices of a volume. The iterable is advanced only as
 * far as it is asked for, so a generator never holds more than one of its elements, and is closed when no more are wanted.
 */
export const expand =
  <A, B>(
    name: string,
    f: (a: A) => Iterable<B>,
    options: Pick<StageOptions, "onFailure"> = {}
  ): Stage<A, B, StageError> =>
  (self) =>
    Stream.flatMap(self, (a) =>
      Stream.suspend(() => {
        let iterator: Iterator<B> | undefined
        const next = attempt(name, a, () => {
          iterator ??= f(a)[Symbol.iterator]()
          const { done, value } = iterator.next()
          return done === true ? END : value
        })
        const elements = Stream.unfold(false, (ended) =>
          ended
            ? Effect.succeed(undefined)
            : Effect.map(guard(name, a, options.onFailure, next), (value) =>
                value === END ? undefined : ([value, value === SKIPPED] as const)
              )
        )
        return Stream.ensuring(
          Stream.filter(elements, isKept),
          Effect.sync(() => iterator?.return?.())
        )
      })
    )

/** The id of the case that an element belongs to. */
export const caseIdOf = (element: unknown): string => {
  if (typeof element === "object" && element !== null) {
    if ("caseId" in element) return String(element.caseId)
    if ("id" in element) return String(element.id)
  }
  return "unknown"
}

/** Lets an effect fail, or reports the failure and succeeds with a marker that `isKept` takes out of the stream again. */
export const guard = <A, E, R>(
  stage: string,
  element: unknown,
  onFailure: OnFailure | undefined,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A | typeof SKIPPED, E, R> =>
  onFailure === "skip"
    ? Effect.catch(effect, (error) =>
        Effect.as(
          notify({
            kind: "skipped",
            stage,
            caseId: caseIdOf(element),
            message: error instanceof Error ? error.message : String(error),
            error
          }),
          SKIPPED
        )
      )
    : effect

export const isKept = <A>(value: A | typeof SKIPPED): value is A => value !== SKIPPED

const SKIPPED = Symbol("skipped")
const END = Symbol("end")

const attempt = <B>(stage: string, element: unknown, f: () => B): Effect.Effect<B, StageError> =>
  Effect.try({ try: f, catch: (cause) => new StageError({ stage, caseId: caseIdOf(element), cause }) })
