import { expect, it } from "vitest"
import { toLatex } from "../../src/report/latex.ts"

it("is ruled by booktabs, numbers to the right, notes below", () => {
  const text = toLatex({
    title: "Dice",
    note: "A note.",
    footnotes: [{ text: "Of seed 1.", row: 1, column: "dice" }],
    columns: [
      { key: "name", title: "Network" },
      { key: "dice", title: "Dice", unit: "%", digits: 1, signed: true }
    ],
    rows: [
      { name: "U-Net", dice: -64.25 },
      { name: "AGCAF-Net", dice: 84.1 },
      { name: "none", dice: Number.NaN }
    ]
  })
  expect(text.split("\n")).toEqual([
    "\\begin{table}",
    "  \\centering",
    "  \\caption{Dice}",
    "  \\begin{tabular}{@{}lr@{}}",
    "    \\toprule",
    "    Network & Dice (\\%) \\\\",
    "    \\midrule",
    "    U-Net & $-$64.3 \\\\",
    "    AGCAF-Net & +84.1\\textsuperscript{a} \\\\",
    "    none & -- \\\\",
    "    \\bottomrule",
    "  \\end{tabular}",
    "  \\par\\smallskip{\\footnotesize A note.}",
    "  \\par\\smallskip{\\footnotesize \\textsuperscript{a} Of seed 1.}",
    "\\end{table}",
    ""
  ])
})

it("leaves the number of a table to LaTeX", () => {
  const caption = (title: string) => /caption\{(.*)\}/.exec(toLatex({ title, columns: [], rows: [] }))?.[1]
  expect(caption("Table 1. Depth of the backbone")).toBe("Depth of the backbone")
  expect(caption("Table 4: Comparison")).toBe("Comparison")
  expect(caption("Table 4")).toBe("Table 4")
  expect(caption("Beside the paper's Table 1: Depth")).toBe("Beside the paper's Table 1: Depth")
})

it("sets a standard deviation behind its number", () => {
  const columns = [{ key: "mean", title: "Mean", digits: 1, deviation: "spread" }] as const
  const text = toLatex({ title: "T", columns, rows: [{ mean: -2, spread: 0.5 }] })
  expect(text).toContain("    Mean $\\pm$ s.d. \\\\\n")
  expect(text).toContain("    $-$2.0 $\\pm$ 0.5 \\\\\n")
})

it("every character that means something to LaTeX prints as itself", () => {
  const columns = [{ key: "name", title: "\\ { } $ & # ^ _ ~ % < > |" }] as const
  const text = toLatex({ title: "T", columns, rows: [{ name: "[2]\nx" }] })
  expect(text).toContain(
    "\\textbackslash{} \\{ \\} \\$ \\& \\# \\textasciicircum{} \\_ \\textasciitilde{} \\% \\textless{} \\textgreater{} \\textbar{} \\\\"
  )
  expect(text).toContain("    {[}2] x \\\\\n")
})
