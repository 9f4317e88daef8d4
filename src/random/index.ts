export * from "./draw.ts"
export * from "./key.ts"
