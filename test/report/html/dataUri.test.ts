import { expect, it } from "vitest"
import { dataUri, fileName } from "../../../src/report/html/dataUri.ts"

it("text and bytes come back as they were, at any length", async () => {
  const text = "é–漢😀\r\n,"
  expect(await (await fetch(dataUri(text, "text/csv"))).text()).toBe(text)
  for (const length of [0, 1, 2, 3, 8191, 8192, 8193, 20_000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => i * 7)
    expect(new Uint8Array(await (await fetch(dataUri(bytes, "image/png"))).arrayBuffer())).toEqual(bytes)
  }
})

it("a file's name is plain, whatever the title is", () => {
  expect(fileName("Dice, pooled – Réseau #1/../x")).toBe("dice-pooled-reseau-1-x")
  expect(fileName("漢")).toBe("file")
})
