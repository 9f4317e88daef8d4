import { expect, it } from "vitest"
import { glyphsOf, pixelWidth } from "../../../src/report/pictures/font.ts"

const draw = (text: string) =>
  glyphsOf(text).map((glyph) =>
    [...glyph].map((row) => row.toString(2).padStart(5, "0").replaceAll("0", ".").replaceAll("1", "#"))
  )

it("an L is an L", () => {
  expect(draw("L")).toEqual([["#....", "#....", "#....", "#....", "#....", "#....", "#####"]])
})

it("every printable character of ASCII has a glyph of its own", () => {
  const all = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join("")
  expect(new Set(draw(all).map((rows) => rows.join("\n"))).size).toBe(95)
  for (const glyph of glyphsOf(all)) for (const row of glyph) expect(row).toBeLessThan(32)
})

it("accents are left off, dashes are hyphens, and what it lacks is one box", () => {
  expect(draw("é–")).toEqual(draw("e-"))
  expect(draw("漢")).toEqual(draw("😀"))
  expect([pixelWidth("ab"), pixelWidth("é"), pixelWidth("", 2), pixelWidth("a", 3)]).toEqual([11, 5, 0, 15])
})
