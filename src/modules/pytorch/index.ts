export * from "./agpcNet.ts"
export * from "./convert.ts"
export * from "./names.ts"
