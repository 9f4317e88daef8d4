export * from "./node/files.ts"
export * from "./node/gunzip.ts"
export * from "./node/progress.ts"
export * from "./node/run.ts"
