import { nearest } from "./nearest.ts"
import { ProtocolError } from "./protocolError.ts"

// What plain data must look like. Types say it too, but neither of JSON, nor of JavaScript, nor of a key too many.

/** Throws a `ProtocolError` for what is no such setting. `place` is its name, with those that it lies in. */
export type Check = (found: unknown, place: string) => void

export interface Given extends Check {
  readonly optional?: never
}

export interface Optional extends Check {
  readonly optional: true
}

/** A check for each key of a type, which may be a union; what not all of its members must have is optional. */
export type Fields<T> = {
  readonly [K in KeysOf<T>]: [T] extends [{ readonly [P in K]: unknown }] ? Given : Optional
}

type KeysOf<T> = T extends unknown ? keyof T : never

/** What one kind of a setting has besides. */
type OfKind<S, K> = S extends { readonly kind: infer Kind } ? (K extends Kind ? Omit<S, "kind"> : never) : never

/** For what the stage that it is given to looks at. */
export const anything: Given = () => {}

export const number: Given = (found, place) => {
  if (typeof found !== "number" || Number.isNaN(found)) refuse(place, found, "it must be a number")
}

export const oneOf =
  (...choices: ReadonlyArray<string | boolean>): Given =>
  (found, place) => {
    if (!choices.some((choice) => choice === found)) refuse(place, found, mustBe(found, choices))
  }

export const optional = (check: Given): Optional =>
  Object.assign<Check, { optional: true }>(
    (found, place) => {
      if (found !== undefined) check(found, place)
    },
    { optional: true }
  )

export const list =
  (check: Check): Given =>
  (found, place) => {
    if (!Array.isArray(found)) return refuse(place, found, "it must be a list")
    for (const [i, each] of found.entries()) check(each, `${place}[${i}]`)
  }

export const pair =
  (first: Check, second: Check): Given =>
  (found, place) => {
    if (!(Array.isArray(found) && found.length === 2)) return refuse(place, found, "it must be a list of two")
    first(found[0], `${place}[0]`)
    second(found[1], `${place}[1]`)
  }

/** An object with these keys and no others. */
export const object =
  <T>(fields: Fields<T>): Given =>
  (found, place) => {
    checkFields(recordOf(found, place, Object.keys(fields)), place, fields)
  }

/** An object whose `kind` says which keys it has besides. */
export const kinds =
  <S extends { readonly kind: string }>(
    table: {
      readonly [K in S["kind"]]: Fields<OfKind<S, K>>
    }
  ): Given =>
  (found, place) => {
    const known = Object.keys(table)
    const { kind, ...rest } = recordOf(found, place, ["kind"])
    oneOf(...known)(kind, inside(place, "kind"))
    checkFields(rest, place, table[kind as S["kind"]])
  }

const recordOf = (found: unknown, place: string, keys: ReadonlyArray<string>): Readonly<Record<string, unknown>> =>
  typeof found === "object" && found !== null && !Array.isArray(found)
    ? { ...found }
    : refuse(place === "" ? "it" : place, found, `it must be an object with ${inWords(keys, "and")}`)

const checkFields = (record: Readonly<Record<string, unknown>>, place: string, fields: object): void => {
  const known = Object.keys(fields)
  for (const [key, value] of Object.entries(record)) {
    if (Object.hasOwn(fields, key)) continue
    const expected = known.length === 0 ? "there are none here" : `known are ${known.join(", ")}`
    refuse(inside(place, key), value, `there is no such setting; ${meant(key, known)}${expected}`)
  }
  for (const [key, check] of Object.entries(fields) as ReadonlyArray<[string, Given | Optional]>) {
    if (record[key] === undefined && check.optional === undefined) {
      refuse(inside(place, key), undefined, "it must be given")
    }
    check(record[key], inside(place, key))
  }
}

const inside = (place: string, key: string): string => (place === "" ? key : `${place}.${key}`)

const mustBe = (found: unknown, choices: ReadonlyArray<string | boolean>): string => {
  const names = choices.map(String)
  return `${typeof found === "string" ? meant(found, names) : ""}it must be ${inWords(names, "or")}`
}

const meant = (typed: string, names: ReadonlyArray<string>): string => {
  const name = nearest(typed, names)
  return name === undefined ? "" : `did you mean ${name}? `
}

const inWords = (names: ReadonlyArray<string>, last: "and" | "or"): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} ${last} ${names[names.length - 1]}`

const refuse = (setting: string, found: unknown, expected: string): never => {
  throw new ProtocolError({ setting, found, expected })
}
