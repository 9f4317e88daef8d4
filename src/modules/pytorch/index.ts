export * from "./convert.ts"
export * from "./names.ts"
