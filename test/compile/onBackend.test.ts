import "@tensorflow/tfjs-backend-cpu"
import "@tensorflow/tfjs-backend-wasm"
import { getBackend, setBackend } from "@tensorflow/tfjs-core"
import { beforeEach, expect, it } from "vitest"
import { onBackend } from "../../src/compile/onBackend.ts"

beforeEach(async () => {
  await setBackend("wasm")
  await setBackend("cpu")
})

it("another engine is the current one inside, and the former one after", () => {
  expect([onBackend("wasm", getBackend), getBackend()]).toEqual(["wasm", "cpu"])
})

it("sections within sections each put back what they found", () => {
  const seen = onBackend("wasm", () => [onBackend("cpu", getBackend), getBackend(), onBackend("wasm", getBackend)])
  expect([...seen, getBackend()]).toEqual(["cpu", "wasm", "wasm", "cpu"])
})

it("the former engine comes back when the section throws", () => {
  expect(() =>
    onBackend("wasm", () => {
      throw new Error("no")
    })
  ).toThrow("no")
  expect(getBackend()).toBe("cpu")
})
