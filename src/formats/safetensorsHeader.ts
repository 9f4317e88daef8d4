/** One tensor as a safetensors header declares it; nothing is checked yet but the form. */
export interface HeaderEntry {
  readonly name: string
  readonly dtype: string
  readonly shape: ReadonlyArray<number>
  /** Where its bytes begin and end, counted from the end of the header. */
  readonly offsets: readonly [begin: number, end: number]
}

export interface Header {
  readonly entries: ReadonlyArray<HeaderEntry>
  readonly metadata: ReadonlyMap<string, string>
}

/** Says what is wrong with a header, by throwing. */
export type Refuse = (reason: string, tensor?: string) => never

/**
 * Parses the JSON of a safetensors header: `{ "__metadata__": { string: string }, name: { dtype, shape, data_offsets } }`.
 *
 * The language is this one form, not JSON at large, so that nothing can nest, repeat or be ignored: a key that comes
 * twice, a field of another name and a number that is no natural number below 2^53 are refused. `JSON.parse` would keep the
 * last of two equal keys and take 1e0 for a length.
 */
export const parseHeader = (text: string, refuse: Refuse): Header => {
  const scan = scanner(text, refuse)
  const entries: Array<HeaderEntry> = []
  let metadata: ReadonlyMap<string, string> = new Map()
  scan.object((name) => {
    if (name === "__metadata__") metadata = scan.object(scan.string)
    else entries.push({ name, ...entry(name, scan, refuse) })
  })
  scan.end()
  return { entries, metadata }
}

const entry = (name: string, scan: Scanner, refuse: Refuse): Omit<HeaderEntry, "name"> => {
  let dtype: string | undefined
  let shape: ReadonlyArray<number> | undefined
  let offsets: ReadonlyArray<number> | undefined
  scan.object((field) => {
    if (field === "dtype") dtype = scan.string()
    else if (field === "shape") shape = scan.naturals()
    else if (field === "data_offsets") offsets = scan.naturals()
    else refuse(`unknown field ${JSON.stringify(field)}`, name)
  })
  if (dtype === undefined) return refuse("no dtype", name)
  if (shape === undefined) return refuse("no shape", name)
  if (offsets?.length !== 2) return refuse("data_offsets must be two numbers", name)
  return { dtype, shape, offsets: [offsets[0], offsets[1]] }
}

interface Scanner {
  /** Reads an object; `value` reads what belongs to each key. */
  readonly object: <A>(value: (key: string) => A) => Map<string, A>
  readonly naturals: () => ReadonlyArray<number>
  readonly string: () => string
  readonly end: () => void
}

/** Reads a text token by token. Loops only: a hostile header must not exhaust the stack of a recursive or regular-expression parser. */
const scanner = (text: string, refuse: Refuse): Scanner => {
  let at = 0
  const expected = (what: string): never => refuse(`the header is not the JSON expected: no ${what} at character ${at}`)
  const skipSpace = () => {
    while (at < text.length && " \t\n\r".includes(text[at])) at++
  }
  const accept = (symbol: string): boolean => {
    skipSpace()
    if (text[at] !== symbol) return false
    at++
    return true
  }
  const expect = (symbol: string) => accept(symbol) || expected(`"${symbol}"`)

  const string = (): string => {
    expect('"')
    const start = at - 1
    while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1
    if (at >= text.length) return expected("closing quote")
    at++
    return decodeString(text.slice(start, at)) ?? expected("valid string that ends")
  }

  const natural = (): number => {
    skipSpace()
    const start = at
    while (at < text.length && text[at] >= "0" && text[at] <= "9") at++
    const digits = text.slice(start, Math.min(at, start + 17))
    const value = Number(digits)
    const canonical = digits !== "" && (digits === "0" || digits[0] !== "0")
    return canonical && Number.isSafeInteger(value) ? value : expected("natural number below 2^53")
  }

  /** Items between an opening bracket, which has been read, and `close`. */
  const items = (close: string, item: () => void) => {
    if (accept(close)) return
    do item()
    while (accept(","))
    expect(close)
  }

  return {
    string,
    object: (value) => {
      const found = new Map<string, ReturnType<typeof value>>()
      expect("{")
      items("}", () => {
        const key = string()
        if (found.has(key)) refuse(`the key ${JSON.stringify(key)} comes twice`)
        expect(":")
        found.set(key, value(key))
      })
      return found
    },
    naturals: () => {
      const found: Array<number> = []
      expect("[")
      items("]", () => found.push(natural()))
      return found
    },
    end: () => {
      skipSpace()
      if (at < text.length) expected("end")
    }
  }
}

/** What a JSON string literal says; nothing for one that is malformed or is not Unicode (half a surrogate pair). */
const decodeString = (literal: string): string | undefined => {
  try {
    const value: string = JSON.parse(literal)
    return /\p{Surrogate}/u.test(value) ? undefined : value
  } catch {
    return undefined
  }
}
