export * from "./checkpoint.ts"
export * from "./evaluate.ts"
export * from "./state.ts"
export * from "./step.ts"
