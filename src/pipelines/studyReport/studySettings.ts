import type { Table } from "../../report/tabular.ts"
import { variantsOf } from "../study/patientMeans.ts"
import { doneOf, type Outcome } from "../study/runStudy.ts"
import type { RecordedStudy } from "./studyRecord.ts"
import { some } from "./studyWords.ts"

/** How a study was made, in paragraphs. */
export const settingsInWords = ({ outcomes, facts }: Pick<RecordedStudy, "outcomes" | "facts">): string => {
  const done = doneOf(outcomes)
  const [first] = done
  const folds = done.some(({ cell }) => cell.fold !== undefined)
  const splits = ofVariants(outcomes, (variant) => {
    const split = done.find(({ cell }) => cell.variant === variant)?.result.split
    if (split === undefined) return undefined
    const { train, validation, test } = split
    return `to train on: ${train.length}, to validate: ${validation.length}, to test: ${test.length} (${test.join(", ")})`
  })
  return [
    first === undefined
      ? "No cell has a result."
      : `Computed by hepaflow ${first.result.version} on ${listed(done.map(({ result }) => result.engine))}.`,
    `Cohort of ${some(facts.cases.length, "case")}, ${facts.cases.filter(({ hasTumor }) => hasTumor).length} of them with a tumour; its contents have the hash ${facts.hash}.`,
    ...(folds
      ? []
      : splits.map(({ value, variants }) => `Patients${splits.length === 1 ? "" : ` of ${variants}`} ${value}.`))
  ].join("\n\n")
}

/** A setting, and of which variants it is the value. */
export interface Setting {
  readonly setting: string
  readonly variants?: string
  readonly value: string
}

/** The protocol, a row each setting; where variants differ in one, a row each value. */
export const protocolTable = (outcomes: ReadonlyArray<Outcome>): Table<Setting> => {
  const protocolOf = (variant: string): Readonly<Record<string, unknown>> => ({
    ...outcomes.find(({ cell }) => cell.variant === variant)?.cell.protocol
  })
  const settings = new Set(variantsOf(outcomes).flatMap((variant) => Object.keys(protocolOf(variant))))
  const rows = [...settings]
    .filter((setting) => setting !== "seed")
    .flatMap((setting): ReadonlyArray<Setting> => {
      const values = ofVariants(outcomes, (variant) => plainText(protocolOf(variant)[setting]))
      return values.map(({ value, variants }) => ({
        setting,
        value,
        ...(values.length > 1 && { variants })
      }))
    })
  const differ = rows.some(({ variants }) => variants !== undefined)
  return {
    title: "Protocol",
    note: `The seed is that of each cell, and so is the fold.${differ ? ' Settings of "all" variants are the same in each.' : ""}`,
    columns: [
      { key: "setting", title: "Setting" },
      ...(differ ? [{ key: "variants", title: "Variants" } as const] : []),
      { key: "value", title: "Value" }
    ],
    rows: differ ? rows.map((row) => ({ variants: "all", ...row })) : rows
  }
}

/** The different values of the variants, each with those that have it. */
const ofVariants = (outcomes: ReadonlyArray<Outcome>, read: (variant: string) => string | undefined) => {
  const found = new Map<string, ReadonlyArray<string>>()
  for (const variant of variantsOf(outcomes)) {
    const value = read(variant)
    if (value !== undefined) found.set(value, [...(found.get(value) ?? []), variant])
  }
  return [...found].map(([value, variants]) => ({ value, variants: variants.join(", ") }))
}

/** The networks with their options. */
export const networksTable = (outcomes: ReadonlyArray<Outcome>) => {
  const seen = new Map(doneOf(outcomes).map(({ cell, result }) => [cell.variant, result.network]))
  const rows = [...seen].map(([variant, { name, parameters, config }]) => ({
    variant,
    name,
    parameters,
    config: plainText(config)
  }))
  return {
    title: "Networks",
    columns: [
      { key: "variant", title: "Variant" },
      { key: "name", title: "Network" },
      { key: "parameters", title: "Parameters" },
      { key: "config", title: "Options" }
    ],
    rows
  } as const
}

/** JSON without its quotes: settings are plain data. */
const plainText = (value: unknown): string =>
  (JSON.stringify(value) ?? "not set").replaceAll('"', "").replaceAll(/([,:])/g, "$1 ")

const listed = (all: ReadonlyArray<string>): string => [...new Set(all)].join("; ")
