import { expect, it } from "vitest"
import { paperStudies } from "../../../src/pipelines/paper/paperStudies.ts"

it.each(
  paperStudies.map((one) => [one.table.number, one] as const)
)("the study of Table %i has the table's rows as its variants, the proposed network among them", (_, {
  table,
  study,
  reference,
  title
}) => {
  const names = study("lits").variants.map(({ name }) => name)
  expect(names).toEqual(table.rows.map(({ variant }) => variant))
  expect(names).toContain(reference)
  expect(title).toMatch(new RegExp(`^Table ${table.number}: `))
})
