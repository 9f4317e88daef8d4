export * from "./augment/index.ts"
export * from "./files.ts"
export * from "./notices.ts"
export { expand, make, type OnFailure, pure, type Stage, StageError, type StageOptions } from "./stage.ts"
