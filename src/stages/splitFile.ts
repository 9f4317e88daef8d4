import * as Effect from "effect/Effect"
import { type FileError, Files } from "./files.ts"
import { checkSplit, type Ratios, type Split, SplitError, SUBSETS } from "./split.ts"

const FORMAT = "hepaflow split"
const VERSION = 1

/** A split as JSON, one id a line, so that a change shows as a change in version control. */
export const formatSplit = (split: Split): string =>
  `${JSON.stringify({ format: FORMAT, version: VERSION, ...split }, undefined, 2)}\n`

/**
 * A split from JSON, checked in full.
 *
 * @param source the file that errors name
 * @throws SplitError when the text is not a split, is of a newer version, or puts a patient in two places
 */
export const parseSplit = (text: string, source: string): Split => {
  const fail = (reason: string) => {
    throw new SplitError({ source, reason })
  }
  const found = record(parseJson(text)) ?? fail("is not a JSON object")
  if (found["format"] !== FORMAT) fail(`is not a split: "format" should be "${FORMAT}"`)
  if (found["version"] !== VERSION) {
    fail(`is of version ${String(found["version"])}, but this hepaflow reads version ${VERSION}; update hepaflow`)
  }
  const { seed } = found
  if (typeof seed !== "number" || !Number.isSafeInteger(seed)) return fail(`"seed" should be an integer`)
  const rule = parseRule(found["rule"]) ?? fail(`"rule" should be { "ratios": [8, 1, 1] } or { "fold": 0, "folds": 5 }`)
  for (const subset of SUBSETS) {
    if (!isStrings(found[subset])) fail(`"${subset}" should be a list of case ids`)
  }
  const { train, validation, test } = found as Pick<Split, "train" | "validation" | "test">
  const split = { seed, rule, train, validation, test }
  checkSplit(split, undefined, source)
  return split
}

/** Writes a split to a JSON file. Fails if the file exists, unless `overwrite` is true. */
export const writeSplit = (
  path: string,
  split: Split,
  options?: { readonly overwrite?: boolean }
): Effect.Effect<void, FileError, Files> =>
  Effect.flatMap(Files, (files) => files.write(path, new TextEncoder().encode(formatSplit(split)), options))

/**
 * Reads a split from a JSON file, checked on its own and, where `cases` gives the ids of a cohort, against that.
 *
 * @example
 * ```ts
 * const split = await run(readSplit("split.json", { cases: dataset.cases.map(({ id }) => id) }))
 * ```
 */
export const readSplit = (
  path: string,
  { cases }: { readonly cases?: ReadonlyArray<string> } = {}
): Effect.Effect<Split, FileError | SplitError, Files> =>
  Effect.flatMap(
    Effect.flatMap(Files, (files) => files.read(path)),
    (bytes) =>
      Effect.try({
        try: () => {
          const split = parseSplit(new TextDecoder().decode(bytes), path)
          checkSplit(split, cases, path)
          return split
        },
        catch: (error) => error as SplitError
      })
  )

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const record = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined

const isStrings = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((item) => typeof item === "string")

const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0

const isRatios = (value: unknown): value is Ratios =>
  Array.isArray(value) && value.length === 3 && value.every((ratio) => typeof ratio === "number" && ratio >= 0)

const parseRule = (value: unknown): Split["rule"] | undefined => {
  const { ratios, fold, folds } = record(value) ?? {}
  if (isRatios(ratios)) return { ratios }
  return isCount(fold) && isCount(folds) && fold < folds ? { fold, folds } : undefined
}
