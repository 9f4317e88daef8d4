export * from "./backend.ts"
export * from "./tfjsEngine.ts"
