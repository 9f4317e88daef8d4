/** Compares ids as people count: `volume-2` before `volume-10`. */
export const naturalOrder: (a: string, b: string) => number = new Intl.Collator("en", { numeric: true }).compare
