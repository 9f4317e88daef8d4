import fc from "fast-check"
import { expect, it } from "vitest"
import { htmlReport } from "../../../src/report/html/htmlReport.ts"
import { readMarkup } from "../../support/markup.ts"
import { reportOf } from "../../support/reports.ts"

/** Texts that try to break out of where they stand. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        "<script>",
        "</script>",
        "</style>",
        '"',
        "'",
        "<!--",
        "-->",
        "&",
        "&lt;",
        "]]>",
        "onload=",
        "</svg>",
        "\n",
        "x"
      )
    )
    .map((parts) => parts.join(""))
)

const plain = readMarkup(htmlReport(reportOf("x")))

it("whatever the texts, a report has the tags and attributes of its kind and no others, and the same bytes again", () => {
  fc.assert(
    fc.property(text, (any) => {
      const html = htmlReport(reportOf(any))
      const { tags } = readMarkup(html)
      const kinds = (of: typeof tags) =>
        new Set(of.map(({ name, attributes }) => [name, ...Object.keys(attributes)].join(" ")))
      for (const kind of kinds(tags)) expect(kinds(plain.tags)).toContain(kind)
      for (const name of ["script", "style", "svg", "a", "td"]) {
        expect(tags.filter((tag) => tag.name === name)).toHaveLength(
          plain.tags.filter((tag) => tag.name === name).length
        )
      }
      expect(htmlReport(reportOf(any))).toBe(html)
    })
  )
})
