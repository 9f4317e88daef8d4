export * from "./case.ts"
export * from "./sample.ts"
export * from "./slice.ts"
export * from "./volume.ts"
