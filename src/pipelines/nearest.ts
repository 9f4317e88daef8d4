/** Of some names the one that was probably meant; nothing where none is near. Capitals do not matter. */
export const nearest = (typed: string, names: ReadonlyArray<string>): string | undefined => {
  const limit = Math.max(1, Math.floor(0.4 * typed.length))
  const found = names.map((name) => ({ name, edits: editsBetween(typed.toLowerCase(), name.toLowerCase()) }))
  return found.filter(({ edits }) => edits <= limit).sort((a, b) => a.edits - b.edits)[0]?.name
}

/** How many letters must be put in, left out or exchanged (Levenshtein). */
const editsBetween = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]
}
