import type { Elements, ElementType } from "./runtime.ts"

/** Arrays that are out of use, by type and length, to be filled again. */
export interface ArrayPool {
  /** One of these, with whatever it held, or a new one. */
  readonly take: (type: ElementType, length: number) => Elements
  readonly give: (type: ElementType, data: Elements) => void
  /** Lets go of what was given the longest ago, by kind, until no more than so many bytes are left. */
  readonly trim: (bytes: number) => void
}

export const arrayPool = (): ArrayPool => {
  const idle = new Map<string, Array<Elements>>()
  let held = 0
  const pop = (key: string): Elements | undefined => {
    const data = idle.get(key)?.pop()
    if (idle.get(key)?.length === 0) idle.delete(key)
    held -= data?.byteLength ?? 0
    return data
  }
  return {
    take: (type, length) => pop(keyOf(type, length)) ?? new ARRAYS[type](length),
    give: (type, data) => {
      const key = keyOf(type, data.length)
      const same = idle.get(key) ?? []
      same.push(data)
      // A map gives its keys in the order in which they were set: the kind given last comes last.
      idle.delete(key)
      idle.set(key, same)
      held += data.byteLength
    },
    trim: (bytes) => {
      for (const key of [...idle.keys()]) {
        while (held > bytes && pop(key) !== undefined);
      }
    }
  }
}

/** What holds the elements of each type. */
export const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const

const keyOf = (type: ElementType, length: number): string => `${type} ${length}`
