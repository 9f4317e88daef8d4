import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { Files } from "./files.ts"

/** What a stream is made of: what a cache compares to tell whether it still holds what the stream would give. */
export interface Description {
  /** The state of the inputs, such as names, sizes and times of change; asked for anew each time. */
  readonly inputs: Effect.Effect<ReadonlyArray<string>, unknown, Files>
  /** Sources and stages in order, each as text with its options. */
  readonly stages: ReadonlyArray<string>
  /** The same stream without some cases, where its source can leave them unread. */
  readonly without?: Without
}

/** Makes a stream anew, without the cases of these ids. */
export type Without = (caseIds: ReadonlySet<string>) => object

// Beside the streams rather than in them: a stream made by any other means is then known to be undescribed.
const descriptions = new WeakMap<object, Description>()

/** The description of a stream; nothing where its source or any stage on the way has none. */
export const descriptionOf = (stream: object): Description | undefined => descriptions.get(stream)

/** Describes a source by its name, its options, what its inputs are when asked, and how to read a part of them only. */
export const describedSource = <S extends Stream.Stream<unknown, unknown, unknown>>(
  name: string,
  options: unknown,
  inputs: Description["inputs"],
  stream: S,
  without?: Without
): S => {
  const text = plainText(options)
  if (text !== undefined) descriptions.set(stream, { inputs, stages: [`${name} ${text}`], ...(without && { without }) })
  return stream
}

/**
 * Describes a stage by its name and its options, so that what it makes can be cached under a key that changes with them.
 * `options` are plain data; a function in them cannot be compared, and leaves the stage undescribed.
 *
 * A stage of one's own needs it only before a `cache` on disk. Its code is not seen: give a version, and raise it with
 * every change of the code. What it makes of one case must not depend on another, because a cache that goes on after it was
 * killed gives it only the cases that are left.
 *
 * @example
 * ```ts
 * const inverted = (each: Slice): Slice => ({ ...each, pixels: each.pixels.map((value) => 1 - value) })
 * const invert = described("invert", { version: 1 }, pure("invert", inverted))
 * load("lits/").pipe(window(), slice(), invert, labelSplit("tumor"), cache({ directory: "cache" }))
 * ```
 */
export const described = <S extends (self: never) => object>(name: string, options: unknown, stage: S): S => {
  const text = plainText(options)
  const remember = (self: never) => {
    const made = stage(self)
    const before = descriptions.get(self)
    if (before !== undefined && text !== undefined) {
      const { inputs, stages, without } = before
      const rest: Without | undefined = without && ((caseIds) => stage(without(caseIds) as never))
      descriptions.set(made, { inputs, stages: [...stages, `${name} ${text}`], ...(rest && { without: rest }) })
    }
    return made
  }
  // The same function but for a note on the side.
  return remember as unknown as S
}

/** Plain data as JSON with its keys in order; nothing for what JSON would lose or change. */
export const plainText = (value: unknown): string | undefined => {
  try {
    return JSON.stringify(plain(value)) ?? "{}"
  } catch (error) {
    if (error === NOT_PLAIN) return undefined
    throw error
  }
}

const plain = (value: unknown): unknown => {
  if (value === undefined || value === null || typeof value === "string" || typeof value === "boolean") return value
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    return Object.fromEntries(entries.map(([name, item]) => [name, plain(item)]))
  }
  throw NOT_PLAIN
}

const NOT_PLAIN = Symbol("not plain data")
