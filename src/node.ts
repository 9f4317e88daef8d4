export * from "./node/files.ts"
