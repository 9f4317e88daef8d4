import type { PngImage } from "../../src/formats/png.ts"
import { boxPlots } from "../../src/report/charts/boxPlots.ts"
import { rocChart } from "../../src/report/charts/rocChart.ts"
import type { HtmlReport } from "../../src/report/html/htmlReport.ts"
import { sliceStack } from "../../src/report/pictures/sliceStack.ts"

const picture: PngImage = { width: 2, height: 1, channels: 1, depth: 8, data: Uint8Array.of(0, 255) }

const stack = (name: string) =>
  sliceStack(
    name,
    [0, 1, 2].map((index) => ({
      index,
      height: 2,
      width: 2,
      pixels: Float32Array.of(0, 0.3, 0.6, 1),
      spacing: [50, 50] as const,
      truth: Uint8Array.of(0, index === 1 ? 1 : 0, 0, 0),
      prediction: Uint8Array.of(0, 0, 1, 0)
    }))
  )

/** A report with a block of every kind, in which `text` stands wherever a text may stand. */
export const reportOf = (text: string): HtmlReport => ({
  title: text,
  subtitle: text,
  footer: text,
  language: text,
  sections: [
    {
      title: text,
      blocks: [
        { kind: "prose", text: `${text}\n\n${text}` },
        { kind: "notice", text },
        { kind: "figures", figures: [{ label: text, value: text, note: text }] },
        { kind: "links", links: [{ text, href: "table1/report.html#section-1" }] },
        { kind: "downloads", files: [{ name: text, type: "text/plain", content: text }] }
      ]
    },
    {
      title: text,
      blocks: [
        {
          kind: "table",
          table: {
            title: text,
            note: text,
            footnotes: [{ text, row: 0 }],
            columns: [
              { key: "name", title: text, unit: text },
              { key: "dice", title: "Dice" }
            ],
            rows: [
              { name: text, dice: 0.5 },
              { name: "volume-10", dice: Number.NaN },
              { name: "volume-9", dice: 0.25 }
            ]
          }
        },
        {
          kind: "charts",
          charts: [
            { title: text, svg: boxPlots([{ name: text, values: [1, 2] }], { label: text }) },
            { title: text, caption: text, svg: rocChart([], { title: text }) }
          ]
        },
        { kind: "picture", picture, caption: text },
        { kind: "viewer", stacks: [stack(text), stack("b")], caption: text }
      ]
    }
  ]
})
