import type { Block } from "../../report/html/block.ts"
import type { Table } from "../../report/tabular.ts"
import { doneOf, type Outcome } from "../study/runStudy.ts"
import { type RecordedStudy, studyRecord } from "./studyRecord.ts"

/** How a study was made: settings, networks, and everything as files. */
export const settingsBlocks = (study: RecordedStudy): ReadonlyArray<Block> => {
  const { outcomes, facts } = study
  const done = doneOf(outcomes)
  const [first] = done
  const protocol = first?.result.protocol ?? outcomes[0]?.cell.protocol
  return [
    {
      kind: "prose",
      text: [
        first === undefined
          ? "No cell has a result."
          : `Computed by hepaflow ${first.result.version} on ${listed(done.map(({ result }) => result.engine))}.`,
        `Cohort of ${facts.cases.length} cases, ${facts.cases.filter(({ hasTumor }) => hasTumor).length} of them with a tumour; its contents have the hash ${facts.hash}.`,
        ...(first === undefined || done.some(({ cell }) => cell.fold !== undefined)
          ? []
          : [
              `Patients to train on: ${first.result.split.train.length}, to validate: ${first.result.split.validation.length}, to test: ` +
                `${first.result.split.test.length} (${first.result.split.test.join(", ")}).`
            ])
      ].join("\n\n")
    },
    ...(protocol === undefined ? [] : [{ kind: "table", table: protocolTable(protocol) } as const]),
    { kind: "table", table: networksTable(outcomes) },
    { kind: "downloads", files: studyRecord(study) }
  ]
}

interface Setting {
  readonly setting: string
  readonly value: string
}

const protocolTable = (protocol: object): Table<Setting> => ({
  title: "Protocol",
  note: "The seed is that of each cell, and so is the fold.",
  columns: [
    { key: "setting", title: "Setting" },
    { key: "value", title: "Value" }
  ],
  rows: Object.entries(protocol)
    .filter(([setting]) => setting !== "seed")
    .map(([setting, value]) => ({ setting, value: plainText(value) }))
})

const networksTable = (outcomes: ReadonlyArray<Outcome>) => {
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
  JSON.stringify(value)
    .replaceAll('"', "")
    .replaceAll(/([,:])/g, "$1 ")

const listed = (all: ReadonlyArray<string>): string => [...new Set(all)].join("; ")
