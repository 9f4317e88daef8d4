/** Elements that HTML never closes. */
const VOID = new Set(["meta", "link", "br", "hr", "img", "input", "col", "wbr"])

/** One start tag, with its attributes unescaped. */
export interface Tag {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
}

/** Markup that has been read through. */
export interface Markup {
  readonly tags: ReadonlyArray<Tag>
  /** What stands between tags, unescaped and joined. */
  readonly text: string
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" }

const unescaped = (text: string): string =>
  text.replace(/&([^;&]*);?/g, (whole, name) => {
    const character = ENTITIES[name]
    if (character === undefined) throw new Error(`"${whole}" is no entity`)
    return character
  })

const ATTRIBUTE = /\s+([a-zA-Z_:][\w:.-]*)(?:="([^"<]*)")?/y

/**
 * Reads SVG or HTML strictly: every tag closed in turn, every attribute quoted and given once, every ampersand an entity. The
 * contents of `script` and `style` are passed over.
 */
export const readMarkup = (source: string): Markup => {
  const tags: Array<Tag> = []
  const open: Array<string> = []
  let text = ""
  let at = source.startsWith("<!doctype html>") ? 15 : 0
  while (at < source.length) {
    const raw = open.at(-1) === "script" || open.at(-1) === "style"
    const next = raw ? source.indexOf(`</${open.at(-1)}>`, at) : source.indexOf("<", at)
    if (next < 0) {
      if (raw) throw new Error(`<${open.at(-1)}> is not closed`)
      text += unescaped(source.slice(at))
      break
    }
    if (!raw) text += unescaped(source.slice(at, next))
    const closing = /<\/([a-zA-Z][\w-]*)>/y
    closing.lastIndex = next
    const end = closing.exec(source)
    if (end !== null) {
      if (open.pop() !== end[1])
        throw new Error(`</${end[1]}> closes something else at ${source.slice(next - 80, next + 20)}`)
      at = closing.lastIndex
      continue
    }
    const opening = /<([a-zA-Z][\w-]*)/y
    opening.lastIndex = next
    const start = opening.exec(source)
    if (start === null) throw new Error(`no tag begins at ${source.slice(next, next + 40)}`)
    const attributes: Record<string, string> = {}
    at = opening.lastIndex
    for (;;) {
      ATTRIBUTE.lastIndex = at
      const attribute = ATTRIBUTE.exec(source)
      if (attribute === null) break
      if (attribute[1] in attributes) throw new Error(`${attribute[1]} is given twice in <${start[1]}>`)
      attributes[attribute[1]] = unescaped(attribute[2] ?? "")
      at = ATTRIBUTE.lastIndex
    }
    const selfClosed = source.startsWith("/>", at)
    if (!selfClosed && source[at] !== ">") throw new Error(`<${start[1]}> does not end at ${source.slice(at, at + 40)}`)
    at += selfClosed ? 2 : 1
    tags.push({ name: start[1], attributes })
    if (!selfClosed && !VOID.has(start[1])) open.push(start[1])
  }
  if (open.length > 0) throw new Error(`never closed: ${open.join(", ")}`)
  return { tags, text }
}
