import { expect, it } from "vitest"
import { ConfigError, InputShapeError } from "../../../src/modules/errors.ts"
import { checkInput, checkPositive } from "../../../src/modules/networks/checks.ts"

it("say which sizes a network takes", () => {
  const limits = { inChannels: 1, multiple: 8, least: 16 }
  expect(() => checkInput("net", [1, 24, 12, 1], limits)).toThrow(
    "net cannot take an input of shape [1, 24, 12, 1]: height and width must be multiples of 8 and at least 16; resize or pad"
  )
  expect(() => checkInput("net", [1, 8, 24, 1], limits)).toThrow(InputShapeError)
  expect(() => checkInput("net", [1, 16, 24, 1], limits)).not.toThrow()
})

it("say that an empty batch is none", () => {
  expect(() => checkInput("net", [0, 8, 8, 1], { inChannels: 1 })).toThrow("there must be an image at least")
})

it("say how many channels a network takes", () => {
  expect(() => checkInput("net", [1, 8, 8, 3], { inChannels: 1 })).toThrow("it was made for images of 1 channel(s)")
})

it("refuse options that are no positive integers, by name", () => {
  expect(() => checkPositive("net", { width: 8, classes: 1.5 })).toThrow(
    "classes is 1.5; it must be a positive integer"
  )
  expect(() => checkPositive("net", { width: -8 })).toThrow(ConfigError)
  expect(() => checkPositive("net", { width: 8 })).not.toThrow()
})
