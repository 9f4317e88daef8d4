import { expect, it } from "vitest"
import { htmlReport } from "../../../src/report/html/htmlReport.ts"
import { scoreTables } from "../../../src/stages/scoreTables.ts"
import { openHtml, openPage } from "../../support/browser.ts"
import { readMarkup } from "../../support/markup.ts"
import { reportOf } from "../../support/reports.ts"

const html = htmlReport(reportOf("Dice & <co>"))

it("is one well formed file that asks for nothing from outside", () => {
  const { tags, text } = readMarkup(html)
  expect(text).toContain("Dice & <co>")
  for (const { name, attributes } of tags) {
    if (name === "img") expect(attributes.src).toMatch(/^data:image\/png;base64,/)
    if (name === "a") expect(attributes.href ?? "data:").toMatch(/^(data:|#|table1\/)/)
    expect(["link", "iframe", "object", "embed", "base"]).not.toContain(name)
  }
  expect(html.match(/https?:[^"\s]*/g)?.filter((url) => url !== "http://www.w3.org/2000/svg")).toEqual([])
  expect(html).not.toMatch(/url\(|@import/)
})

it("every table and figure has its number and its file", async () => {
  const { tags } = readMarkup(html)
  const names = tags.flatMap(({ attributes: { download } }) => (download === undefined ? [] : [download]))
  expect(names).toEqual([
    "Dice & <co>",
    "table-1-dice-co.csv",
    "table-1-dice-co.json",
    "table-1-dice-co.md",
    "table-1-dice-co.tex",
    "figure-1-dice-co.svg",
    "figure-2-dice-co.svg",
    "figure-3-dice-co.png"
  ])
  const csv = tags.find(({ attributes }) => attributes.download === "table-1-dice-co.csv")?.attributes.href ?? ""
  expect(await (await fetch(csv)).text()).toBe("name,dice\r\nDice & <co>,0.5\r\nvolume-10,\r\nvolume-9,0.25\r\n")
})

it("a long table has its CSV alone, in a frame that scrolls", () => {
  const rows = Array.from({ length: 201 }, (_, i) => ({ i }))
  const table = { title: "Long", columns: [{ key: "i", title: "I" }], rows }
  const { tags } = readMarkup(
    htmlReport({ title: "T", sections: [{ title: "S", blocks: [{ kind: "table", table }] }] })
  )
  expect(tags.filter(({ attributes }) => attributes.download !== undefined)).toHaveLength(1)
  expect(tags.some(({ attributes }) => attributes.class === "scroll long")).toBe(true)
})

it("takes tables of any rows", () => {
  const { cases, lesions, slices, summary } = scoreTables([])
  const blocks = [cases, lesions, slices, summary].map((table) => ({ kind: "table", table }) as const)
  expect(readMarkup(htmlReport({ title: "T", sections: [{ title: "S", blocks }] })).text).toContain("Table 4. 0 cases")
})

it("refuses charts that are more than shapes and text, and links that could run", () => {
  const chart = (svg: string) => () =>
    htmlReport({ title: "T", sections: [{ title: "S", blocks: [{ kind: "charts", charts: [{ title: "C", svg }] }] }] })
  expect(chart("<svg ><script>alert(1)</script></svg>")).toThrow("figure 1: <script> has no place")
  expect(chart('<svg ><g onload="alert(1)"/></svg>')).toThrow('"onload"')
  expect(chart("<svg ><g/onload=alert(1)></g></svg>")).toThrow("no plain tag")
  expect(chart('<svg ><g title="<p>"/></svg>')).toThrow("no plain tag")
  expect(chart('<svg ><g xlink:href="x"/></svg>')).toThrow('"xlink:href"')
  expect(chart("<p></p>")).toThrow("not one SVG element")
  for (const href of [
    "javascript:alert(1)",
    " javascript:alert(1)",
    "//x.org",
    "http://x.org",
    "data:text/html,x",
    "java\nscript:x"
  ]) {
    const links = [{ text: "x", href }]
    const sections = [{ title: "S", blocks: [{ kind: "links" as const, links }] }]
    expect(() => htmlReport({ title: "T", sections }), href).toThrow("neither a relative path nor an https address")
  }
})

it("in a browser tables sort, slices scroll and layers switch", async () => {
  const page = await openPage("src/report/index.ts")
  try {
    const seen = await page.evaluate<Record<string, unknown>>(`(async () => {
      const frame = document.createElement("iframe")
      const loaded = new Promise((resolve) => { frame.onload = resolve })
      frame.srcdoc = ${JSON.stringify(html).replaceAll("</", "<\\/")}
      document.documentElement.append(frame)
      await loaded
      const page = frame.contentDocument
      const one = (selector) => page.querySelector(selector)
      const names = () => [...page.querySelectorAll("tbody tr")].map((row) => row.cells[0].textContent)
      const shown = () => [...page.querySelectorAll(".slice")].findIndex((slice) => !slice.hidden && !slice.parentNode.parentNode.hidden)
      const [byName, byDice] = page.querySelectorAll("th button")
      const orders = [names()]
      byName.click(); orders.push(names())
      byDice.click(); orders.push(names())
      byDice.click(); orders.push(names())
      byDice.click(); orders.push(names())
      const places = [shown()]
      const said = [one("input[type=range]").getAttribute("aria-valuetext")]
      const slider = one("input[type=range]")
      slider.value = 2; slider.dispatchEvent(new Event("input")); places.push(shown())
      said.push(slider.getAttribute("aria-valuetext"))
      const cases = one("[data-cases]")
      cases.value = "1"; cases.dispatchEvent(new Event("change")); places.push(shown())
      const display = () => frame.contentWindow.getComputedStyle(one(".slice:not([hidden]) .truth")).display
      const layers = [display()]
      one("[data-layer=truth]").click(); layers.push(display())
      return { orders, places, said, layers, picture: one("a[data-picture]").href.slice(0, 22) }
    })()`)
    const [first, ten, nine] = ["Dice & <co>a", "volume-10", "volume-9"]
    expect(seen).toEqual({
      orders: [
        [first, ten, nine],
        [first, nine, ten],
        [nine, first, ten],
        [first, nine, ten],
        [first, ten, nine]
      ],
      places: [1, 2, 4],
      said: ["slice 2 (2 of 3 shown)", "slice 3 (3 of 3 shown)"],
      layers: ["none", "block"],
      picture: "data:image/png;base64,"
    })
  } finally {
    await page.close()
  }
}, 60_000)

it("a slice is saved large, with all that one must know of it, under the name of its case", async () => {
  const page = await openHtml(html, { media: "screen", width: 1000 })
  try {
    const saved = await page.evaluate<{
      name: string
      width: number
      height: number
      texts: Array<string>
    }>(`(async () => {
      let link
      HTMLAnchorElement.prototype.click = function () { link = this }
      const texts = []
      const { fillText } = CanvasRenderingContext2D.prototype
      CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
        texts.push(text)
        fillText.call(this, text, x, y)
      }
      document.querySelector("[data-save]").click()
      const picture = new Image()
      picture.src = link.href
      await picture.decode()
      return { name: link.download, width: picture.width, height: picture.height, texts }
    })()`)
    expect(saved.name).toBe("figure-4-Dice-co-slice-2.png")
    expect(saved.width).toBeGreaterThanOrEqual(512)
    // The slice is as high as wide, with what is said of it below.
    expect(saved.height).toBeGreaterThan(saved.width)
    expect(saved.texts.slice(0, 5)).toEqual(["R", "L", "A", "P", "20 mm"])
    expect(saved.texts.slice(5)).toEqual([
      "Dice & <co>, slice 2",
      "found (true positive)",
      "too much (false positive)",
      "missed (false negative)",
      "Figure 4. Dice & <co> From: Dice & <co>"
    ])
  } finally {
    await page.close()
  }
}, 60_000)

it("printed, wide tables and long texts stay on the paper", async () => {
  const wide = (count: number, deviation: boolean) => {
    const columns = Array.from({ length: count }, (_, i) => ({
      key: `k${i}`,
      title: `Dice, volume ${i}`,
      digits: 3,
      ...(deviation && { deviation: `k${i}` })
    }))
    const row = { name: "ResNet-18 + CPM + AFM", ...Object.fromEntries(columns.map(({ key }) => [key, 0.5])) }
    return { title: "Wide", columns: [{ key: "name", title: "Variant" }, ...columns], rows: [row] }
  }
  const long = {
    title: "Long",
    columns: [
      { key: "setting", title: "Setting" },
      { key: "value", title: "Value" }
    ],
    rows: [{ setting: "options", value: `${"inChannels: 1, ".repeat(20)}${"x".repeat(300)}` }]
  }
  const blocks = [wide(18, false), wide(12, true), wide(9, true), long].map(
    (table) => ({ kind: "table", table }) as const
  )
  const page = await openHtml(htmlReport({ title: "T", sections: [{ title: "S", blocks }] }), {
    media: "print",
    width: 718
  })
  try {
    const widths = `[...document.querySelectorAll("table")].map((table) => table.scrollWidth)`
    for (const width of await page.evaluate<Array<number>>(widths)) expect(width).toBeLessThanOrEqual(718)
    const sizes = `[...document.querySelectorAll("table")].map((table) => parseFloat(getComputedStyle(table).fontSize) * 0.75)`
    // In points, which are 3/4 of a pixel: only of very many columns less than those of other tables.
    for (const size of (await page.evaluate<Array<number>>(sizes)).slice(1)) expect(size).toBeCloseTo(7.5, 6)
  } finally {
    await page.close()
  }
}, 60_000)

it("on a phone the marks of footnotes move with their table, and the page itself does not scroll sideways", async () => {
  const columns = Array.from({ length: 12 }, (_, i) => ({ key: `k${i}`, title: `Dice ${i}`, digits: 3 }))
  const footnotes = columns.map(({ key }) => ({ text: "A remark.", row: 0, column: key }))
  const row = Object.fromEntries(columns.map(({ key }) => [key, 0.5]))
  const table = { title: "Wide", columns, footnotes, rows: [row] }
  const sections = [{ title: "S", blocks: [{ kind: "table", table } as const] }]
  const page = await openHtml(htmlReport({ title: "T", sections }), { media: "screen", width: 360 })
  try {
    const seen = await page.evaluate<{ moved: ReadonlyArray<number>; width: number }>(`(() => {
      const [cell, mark] = [document.querySelector("td.number"), document.querySelector("td.number sup")]
      const lefts = () => [cell, mark].map((element) => element.getBoundingClientRect().left)
      const before = lefts()
      document.querySelector(".scroll").scrollLeft = 100
      return { moved: lefts().map((left, i) => before[i] - left), width: document.documentElement.scrollWidth }
    })()`)
    expect(seen).toEqual({ moved: [100, 100], width: 360 })
  } finally {
    await page.close()
  }
}, 60_000)
