import { expect, it } from "vitest"
import { tableFiles } from "../../src/report/tableFiles.ts"

const table = { title: "Cases", columns: [{ key: "dice", title: "Dice" }], rows: [{ dice: 0.5 }, { dice: 0.25 }] }
const content = (name: string, more: object = {}) =>
  tableFiles("cases", { ...table, ...more }).find((file) => file.name === name)?.content ?? ""

it("a table is a file in each language", () => {
  expect(tableFiles("cases", table).map(({ name }) => name)).toEqual([
    "cases.csv",
    "cases.json",
    "cases.md",
    "cases.tex"
  ])
  expect(content("cases.csv")).toBe("dice\r\n0.5\r\n0.25\r\n")
})

it("whichever file is taken says what its numbers were made on, in CSV each row", () => {
  const more = { madeOn: "8 phantoms" }
  expect(content("cases.csv", more)).toBe("dice,data\r\n0.5,8 phantoms\r\n0.25,8 phantoms\r\n")
  expect(JSON.parse(content("cases.json", more))).toMatchObject({ madeOn: "8 phantoms", note: "Made on 8 phantoms." })
  expect(content("cases.md", { ...more, note: "In voxels." })).toContain("\n\nIn voxels. Made on 8 phantoms.\n")
  expect(content("cases.tex", more)).toContain("Made on 8 phantoms.")
})

it("a note that says so already says it once", () => {
  expect(content("cases.md", { madeOn: "8 phantoms", note: "Ours: 8 phantoms." })).toContain("\n\nOurs: 8 phantoms.\n")
})
